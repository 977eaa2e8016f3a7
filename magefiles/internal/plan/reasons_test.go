package plan

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is explained is what the code says: each part of a reason stands in it.
func TestReasonsSayWhatThePlanSays(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "reasons") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(content)
	}
	said := regexp.MustCompile(`%[sd]|" \+ [a-zA-Z.]+ \+ "`).ReplaceAllString(code.String(), "…")
	for _, reason := range Reasons() {
		for part := range strings.SplitSeq(reason.Says, "…") {
			if part = strings.Trim(part, " "); !strings.Contains(said, part) {
				t.Errorf("%s: no step says %q", reason.Name, part)
			}
		}
	}
}
