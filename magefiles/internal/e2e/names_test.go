package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// All scripts share one sandbox, so two that have hubs of one name see each other's releases.
func TestEachScriptHasHubsOfItsOwn(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	alone, err := filepath.Glob("testdata/alone/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	onANode, err := filepath.Glob("testdata/real/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	script := map[string]string{} // by the name of a hub
	for _, file := range slices.Concat(scripts, alone, onANode) {
		content, err := os.ReadFile(file) // #nosec G304 -- one of the scripts
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^(?:hub|trouble|behaves) ([a-z0-9-]+)`).FindAllStringSubmatch(string(content), -1) {
			if other := script[match[1]]; other != "" && other != file {
				t.Errorf("%s and %s both have a hub %s", other, file, match[1])
			}
			script[match[1]] = file
		}
	}
}
