// Package gittest makes Git repositories for tests.
package gittest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/process"
)

// Repository is a real one, in a new directory, with one commit.
type Repository struct {
	Dir    string
	t      testing.TB
	runner *process.Runner
}

// New makes a repository that holds the files, path by path, in one commit.
func New(t testing.TB, files ...string) *Repository {
	t.Helper()
	r := In(t, t.TempDir())
	r.Write(files...)
	r.Commit()
	return r
}

// In returns the repository in a directory. If there is none, it is made, with one commit that is empty: what lies in the directory is
// not committed.
func In(t testing.TB, dir string) *Repository {
	t.Helper()
	r := &Repository{Dir: dir, t: t}
	r.runner = &process.Runner{Log: discard{}, Env: []string{ // and nothing of this machine's
		"PATH=/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
	}}
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		return r
	}
	r.Git("init", "--quiet", "--template", "", "--initial-branch", "main")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "x")
	return r
}

// Write writes files: a path, then its content, and so on.
func (r *Repository) Write(files ...string) {
	r.t.Helper()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(r.Dir, files[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
}

// Link makes a symbolic link.
func (r *Repository) Link(name, target string) {
	r.t.Helper()
	file := filepath.Join(r.Dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Symlink(target, file); err != nil {
		r.t.Fatal(err)
	}
}

// Remove removes a file or a directory.
func (r *Repository) Remove(name string) {
	r.t.Helper()
	if err := os.RemoveAll(filepath.Join(r.Dir, name)); err != nil {
		r.t.Fatal(err)
	}
}

// Commit commits everything that Git does not ignore.
func (r *Repository) Commit() {
	r.t.Helper()
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "x")
}

// Git runs git, and returns what it prints.
func (r *Repository) Git(args ...string) string {
	r.t.Helper()
	out, err := r.runner.Output(r.t.Context(), process.Cmd{Name: "git", Args: args, Dir: r.Dir})
	if err != nil {
		r.t.Fatalf("%v\n%s", err, process.Output(err))
	}
	return strings.TrimSpace(string(out))
}

// Snapshot returns what Git holds now.
func (r *Repository) Snapshot() *git.Snapshot {
	r.t.Helper()
	snapshot, err := r.Repo().Snapshot(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return snapshot
}

// Repo opens the repository.
func (r *Repository) Repo() *git.Repo {
	r.t.Helper()
	repo, err := git.Open(r.t.Context(), r.runner, r.Dir, r.t.TempDir())
	if err != nil {
		r.t.Fatal(err)
	}
	return repo
}

type discard struct{}

func (discard) Command(_, _ string) {}
func (discard) Line(_, _ string)    {}
