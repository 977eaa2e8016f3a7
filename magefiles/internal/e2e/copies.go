package e2e

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// copyProject DIR... copies hub-ops, as it is here, to directories, each a repository with the same one commit.
func copyProject(ts *testscript.TestScript, _ bool, dirs []string) {
	ts.Check(ts.Exec("git", "-C", stage.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"))
	names := strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\x00"), "\x00")
	const date = "2026-01-01T00:00:00Z"
	ts.Setenv("GIT_AUTHOR_DATE", date)
	ts.Setenv("GIT_COMMITTER_DATE", date)
	for _, dir := range dirs {
		for _, name := range names {
			content, err := os.ReadFile(filepath.Join(stage.root, name))
			if os.IsNotExist(err) {
				continue // deleted, and not committed
			}
			ts.Check(err)
			path := filepath.Join(ts.MkAbs(dir), name)
			ts.Check(os.MkdirAll(filepath.Dir(path), 0o750))
			ts.Check(os.WriteFile(path, content, 0o600))
		}
		for _, args := range [][]string{{"init", "--quiet", "--initial-branch", "main"}, {"add", "--all"}, {"commit", "--quiet", "--message", "a copy"}} {
			ts.Check(ts.Exec("git", append([]string{"-C", ts.MkAbs(dir)}, args...)...))
		}
	}
}
