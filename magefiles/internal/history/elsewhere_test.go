package history

import (
	"regexp"
	"strings"
	"testing"
)

// Whatever the tag is, a label holds it, and is read back as it was written.
func TestMarksOfImagesElsewhere(t *testing.T) {
	label := regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$`)
	digest := "sha256:" + strings.Repeat("ab", 32)
	for _, tag := range []string{"2024.10.1", "_x", "a..b", strings.Repeat("Z9.", 40), "-", "___", "python-3.11.4", "9cb7ae26ffbe"} {
		mark := ElsewhereTag("quay.io/us/course:"+tag, tag)
		r := Record{Chart: "c", Options: "o", Revision: "1"}.WithImage("r", mark, digest)
		text := r.Map()["hub-ops.image.r"]
		if !label.MatchString(text) {
			t.Errorf("%s: %q is no label", tag, text)
		}
		if got := From(r.Map()).Image("r"); got.Tag != mark || !SameImage(got.Digest, digest) {
			t.Errorf("%s: %+v", tag, got)
		}
	}
	if a, b := ElsewhereTag("quay.io/a:1", "1"), ElsewhereTag("quay.io/b:1", "1"); a == b || !strings.HasPrefix(a, "1-") {
		t.Errorf("%s, %s", a, b)
	}
}
