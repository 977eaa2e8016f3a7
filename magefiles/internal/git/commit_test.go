package git_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// What is committed are the files that are named, as they are: neither what is staged beside them, nor what else has changed. A merge that is
// under way is told.
func TestCommit(t *testing.T) {
	dir := t.TempDir()
	environ := append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	run := func(args ...string) string {
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir, command.Env = dir, environ
		out, err := command.CombinedOutput()
		if err != nil && args[0] != "merge" {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("init", "--quiet", "--initial-branch", "master")
	for _, name := range []string{"a[b]*", "staged", "other"} {
		write(name, "1\n")
	}
	run("add", "--all")
	run("commit", "--quiet", "--message", "first")
	open := func(environ []string) *git.Repo {
		repo, err := git.Open(t.Context(), &process.Runner{Env: environ, Log: ui.New(os.Stderr, os.Stderr, false)}, dir, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return repo
	}
	repo := open(environ)
	for _, name := range []string{"a[b]*", "staged", "other", "new"} {
		write(name, "2\n")
	}
	run("add", "staged")
	if err := repo.Commit(t.Context(), "bump a\n\n# no comment\n", "a[b]*", "new"); err != nil {
		t.Fatal(err)
	}
	if got := run("show", "--format=%B", "--name-only"); got != "bump a\n\n# no comment\n\n\na[b]*\nnew\n" {
		t.Errorf("%q", got)
	}
	if got := run("status", "--porcelain"); got != " M other\nM  staged\n" && got != "M  staged\n M other\n" {
		t.Errorf("%q", got)
	}
	if what, _, err := repo.Underway(t.Context()); what != "" || err != nil {
		t.Errorf("%q, %v", what, err)
	}
	run("commit", "--quiet", "--all", "--message", "second")
	run("switch", "--quiet", "--create", "beside", "HEAD~1")
	write("third", "3\n")
	run("add", "third")
	run("commit", "--quiet", "--message", "third")
	run("merge", "--no-commit", "--no-ff", "master")
	if what, _, err := repo.Underway(t.Context()); what != "a merge" || err != nil {
		t.Errorf("%q, %v", what, err)
	}
	run("merge", "--abort")
	nobody := open([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=user.useConfigOnly", "GIT_CONFIG_VALUE_0=true"})
	write("other", "4\n")
	if err := nobody.Commit(t.Context(), "bump", "other"); exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), "Git does not know who commits") {
		t.Errorf("got %v", err)
	}
	if got := run("status", "--porcelain"); got != " M other\n" { // neither committed nor staged
		t.Errorf("%q", got)
	}
}
