// Package sessiontest makes runs in repositories, for tests.
package sessiontest

import (
	"bytes"
	"io"
	"os"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Checkout makes a repository one in which somebody's hubops.yaml is checked out, and which knows all branches of its origin.
func Checkout(t *testing.T, repository *gittest.Repository, own string, origin map[string]string) *gittest.Repository {
	t.Helper()
	for branch, content := range origin {
		if content == "" {
			repository.Remove(config.File)
		} else {
			repository.Write(config.File, content)
		}
		repository.Commit()
		repository.Git("update-ref", "refs/remotes/origin/"+branch, "HEAD")
	}
	if origin != nil {
		bare := t.TempDir()
		repository.Git("init", "--quiet", "--bare", "--initial-branch", "main", bare)
		repository.Git("remote", "add", "origin", bare)
		repository.Git("push", "--quiet", "origin", "refs/remotes/origin/*:refs/heads/*")
		if _, has := origin["main"]; has {
			repository.Git("remote", "set-head", "origin", "main")
		}
	}
	repository.Write(config.File, own)
	repository.Commit()
	return repository
}

// Clone is what CI makes for a push to a branch: that branch alone, and little of its past.
func Clone(t *testing.T, origin map[string]string, branch string) *gittest.Repository {
	t.Helper()
	repository := gittest.New(t, "README", "x")
	repository.Git("checkout", "--quiet", "--detach")
	for name, content := range origin {
		repository.Write(config.File, content)
		repository.Commit()
		repository.Git("branch", "--force", name, "HEAD")
	}
	if _, has := origin["main"]; !has {
		repository.Git("branch", "-D", "main")
	}
	dir := t.TempDir()
	repository.Git("symbolic-ref", "HEAD", "refs/heads/main")
	repository.Git("clone", "--quiet", "--depth=1", "--branch", branch, "file://"+repository.Dir, dir)
	return gittest.In(t, dir)
}

// Open is a run in a repository, and what it says.
func Open(t *testing.T, repository *gittest.Repository, environ []string) (*session.Session, *bytes.Buffer) {
	t.Helper()
	settings, err := config.Load(repository.Dir, append([]string{"HOME=" + repository.Dir}, environ...))
	if err != nil {
		t.Fatal(err)
	}
	said, masking := new(bytes.Buffer), &redact.Redactor{}
	console := ui.New(io.Discard, said, false)
	runner := &process.Runner{Env: []string{"PATH=/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL=" + os.DevNull}, Log: console, Redact: masking}
	return &session.Session{Config: settings, Run: runner, Console: console, Scratch: t.TempDir(), Private: t.TempDir()}, said
}
