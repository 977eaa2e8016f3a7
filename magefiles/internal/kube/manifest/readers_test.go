package manifest

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Who reads a manifest without its hooks does not see what they make, so nobody does but for what has none.
func TestEveryReaderOfAReleaseReadsItsHooks(t *testing.T) {
	without := []string{
		"helm/dryrun.go",        // what lies in crds
		"release/remove.go",     // writes the manifest, which holds no hooks
		"history/images.go",     // texts: the manifest, and then the hooks
		"history/stored.go",     // reads and writes what helm keeps
		"kube/manifest/hook.go", // Release itself
	}
	reads := regexp.MustCompile(`manifest\.Parse\(|\bParse\(hook|\.Manifest\b`)
	ofReleases := regexp.MustCompile(`^(connect|helm|history|kube|lint|ops|release|survey)/`)
	internal := os.DirFS("../..")
	err := fs.WalkDir(internal, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || !ofReleases.MatchString(name) || slices.Contains(without, name) {
			return err
		}
		content, err := fs.ReadFile(internal, name)
		if strings.Contains(string(content), "/internal/adopt/manifest") {
			return err // of a copy's files, and of no release
		}
		for i, line := range strings.Split(string(content), "\n") {
			if code, _, _ := strings.Cut(line, "//"); reads.MatchString(code) && !strings.Contains(code, "watched.Manifest") && !strings.Contains(code, "manifest.Release(") {
				t.Errorf("%s:%d reads a manifest without its hooks: %s", name, i+1, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
