package survey

import (
	"io"
	"os"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// pushed is a push to staging of a repository whose default branch is main.
func pushed(t *testing.T, main, staging string, files ...string) *Surveyor {
	t.Helper()
	repository := gittest.New(t, files...)
	for _, branch := range []struct{ name, content string }{{"main", main}, {"staging", staging}} {
		repository.Write(config.File, branch.content)
		repository.Commit()
		repository.Git("update-ref", "refs/remotes/origin/"+branch.name, "HEAD")
	}
	bare := t.TempDir()
	repository.Git("init", "--quiet", "--bare", "--initial-branch", "main", bare)
	repository.Git("remote", "add", "origin", bare)
	repository.Git("push", "--quiet", "origin", "refs/remotes/origin/*:refs/heads/*")
	settings, err := config.Load(repository.Dir, []string{
		"HOME=" + repository.Dir, "TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push", "TRAVIS_BRANCH=staging",
		"SANDBOX=0",
	})
	if err != nil {
		t.Fatal(err)
	}
	console := ui.New(io.Discard, io.Discard, false)
	runner := &process.Runner{Env: []string{"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=" + os.DevNull}, Log: console, Redact: &redact.Redactor{}}
	s := &session.Session{Config: settings, Run: runner, Console: console, Scratch: t.TempDir(), Private: t.TempDir()}
	return New(s, connect.New(s))
}

// A pass is for what the branch's own hubs have: no image of the checkout gets one by the name of another branch's.
func TestNoPassForAnImageOfAnotherBranch(t *testing.T) {
	const owners, chart = "branches: {main: ['*'], staging: [staginghub]}\n", "apiVersion: v2\nname: x\nversion: 0.1.0\n"
	const evil = owners + "images: {course: {directory: images/evil, hubs: [staginghub], values: [a.image]}}\n"
	files := []string{
		"hub-charts/course/Chart.yaml", chart, "hub-charts/staginghub/Chart.yaml", chart, "hub-charts/staginghub/values.yaml", "a: {image: x}\n",
		"images/evil/Dockerfile", "FROM scratch\n",
	}
	for staging, want := range map[string]string{owners: "", evil: "hubops.yaml:2: the image course of hub staginghub has the name of hub course of branch main"} {
		s := pushed(t, owners, staging, files...)
		_, pass, err := s.Enter(t.Context(), "staginghub")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || (pass.For("staginghub") == nil) != (want == "") || pass.ForImage("course") == nil {
			t.Errorf("entering: got %v, %v, want %q", pass, err, want)
		}
		if _, err = s.Of(t.Context(), "staginghub"); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("planning: got %v, want %q", err, want)
		}
		if gate, _, err := s.Enter(t.Context(), "course"); err != nil || !gate.Refused {
			t.Errorf("another's hub: got %+v, %v", gate, err)
		}
	}
}
