package git

import (
	"context"
	"strings"
	"time"
)

// patience is how long the remote may take to answer.
const patience = 30 * time.Second

// Tip asks the remote "origin" for the commit that a branch is at now: "" if the branch is gone. known is false where
// there is no such remote.
func (r *Repo) Tip(ctx context.Context, branch string) (hash string, known bool, err error) {
	if url, err := r.git(ctx, "config", "--get", "remote.origin.url"); err != nil || strings.TrimSpace(url) == "" {
		return "", false, nil //nolint:nilerr // git's way to say that there is none
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ref := "refs/heads/" + branch
	out, err := r.git(ctx, "ls-remote", "origin", ref)
	if err != nil {
		return "", true, err
	}
	for line := range strings.Lines(out) { // a pattern matches the ends of names too
		if hash, name, _ := strings.Cut(strings.TrimSpace(line), "\t"); name == ref {
			return hash, true, nil
		}
	}
	return "", true, nil
}
