package e2e

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// origin BRANCH... makes a repository "origin", in $WORK/.tmp/origin, whose branches are at this commit, and adds it as a remote.
// Its default branch is the first that is named at first.
func origin(ts *testscript.TestScript, _ bool, branches []string) {
	bare := ts.MkAbs(".tmp/origin")
	if _, err := os.Stat(bare); err != nil {
		ts.Check(ts.Exec("git", "init", "--quiet", "--bare", "--initial-branch", branches[0], bare))
		ts.Check(ts.Exec("git", "remote", "add", "origin", bare))
	}
	for _, branch := range branches {
		ts.Check(ts.Exec("git", "push", "--quiet", "--force", "origin", "HEAD:refs/heads/"+branch))
	}
	ts.Check(ts.Exec("git", "fetch", "--quiet", "origin"))
	_ = ts.Exec("git", "remote", "set-head", "origin", "--auto") // as git clone does, where there is a default branch
}
