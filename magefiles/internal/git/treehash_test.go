package git_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
)

// The hash of a directory is Git's own, whatever its files are called and whichever hash the repository has.
func TestTreeHash(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		dir := t.TempDir()
		run := func(args ...string) string {
			command := exec.CommandContext(t.Context(), "git", args...)
			command.Dir = dir
			out, err := command.Output()
			if err != nil {
				t.Fatalf("git %v: %v", args, err)
			}
			return string(out)
		}
		run("init", "--quiet", "--object-format="+format)
		for _, name := range []string{"a", "a.b", "a-b/c", "ab/c/d", "ab/c.d", "ab/é", "z"} {
			file := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(name), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		run("add", "--all")
		tree := strings.TrimSpace(run("write-tree"))
		var files []git.File
		for line := range strings.SplitSeq(strings.TrimSuffix(run("ls-tree", "-r", "-z", tree), "\x00"), "\x00") {
			about, name, _ := strings.Cut(line, "\t")
			fields := strings.Fields(about)
			files = append(files, git.File{Mode: fields[0], Hash: fields[2], Path: name})
		}
		if got := git.TreeHash(files); got != tree {
			t.Errorf("%s: %s, want %s", format, got, tree)
		}
	}
	if got := git.TreeHash([]git.File{{Mode: git.Regular, Hash: "no", Path: "a"}}); got != "" {
		t.Errorf("of no hash: %q", got)
	}
}
