package reference

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/site"
)

// A command that is marked with {run=true} is run by a script that names its page.
func TestEveryMarkedCommandRunsInAScript(t *testing.T) {
	var scripts strings.Builder
	files, err := filepath.Glob(filepath.Join(root, "magefiles/internal/e2e/testdata/*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(content)
	}
	marked := 0
	content := filepath.Join(root, "docs", "content")
	err = filepath.WalkDir(content, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(file) != ".md" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		page, err := filepath.Rel(content, file)
		if err != nil {
			return err
		}
		commands, err := site.Commands(string(text))
		if err != nil {
			t.Errorf("%s: %v", page, err)
		}
		marked += len(commands)
		if len(commands) > 0 && !strings.Contains(scripts.String(), "\ndocumented "+filepath.ToSlash(page)+"\n") {
			t.Errorf("%s has commands that are marked, and no script says 'documented %s'", page, page)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if marked < 14 {
		t.Errorf("only %d marked commands were found: does this test still read them?", marked)
	}
}
