package e2e

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/browser"
	"hub-ops/magefiles/internal/process/processtest"
)

// TestTheDocumentationInABrowser looks at each page of the documentation as a reader sees it: on a phone and on a screen, in the light and in the
// dark, by keyboard.
func TestTheDocumentationInABrowser(t *testing.T) {
	t.Parallel()
	b := browser.For(t)
	public := filepath.Join(t.TempDir(), "public")
	build := processtest.New(t.Context(), stage.root, append(stage.environ, "HUGO_ENVIRONMENT=production"), tool("hugo"),
		"build", "--source", filepath.Join(stage.root, "docs"), "--destination", public, "--cacheDir", t.TempDir(), "--noBuildLock")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pages := 0
	err := filepath.WalkDir(public, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".html") {
			return err
		}
		pages++
		problems, err := b.Check(browser.Address(file))
		name, _ := filepath.Rel(public, file)
		for _, problem := range problems {
			t.Errorf("%s: %s", name, problem)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const least = 50
	if pages < least {
		t.Errorf("only %d pages were looked at", pages)
	}
}
