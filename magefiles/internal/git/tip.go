package git

import (
	"context"
	"strings"
	"time"
)

// patience is how long to wait for the remote's answer.
const patience = 30 * time.Second

// Tip asks the remote "origin" for the newest commit of a branch: "" if the branch was deleted. known is false if there is no
// such remote.
func (r *Repo) Tip(ctx context.Context, branch string) (hash string, known bool, err error) {
	if url, err := r.git(ctx, "config", "--get", "remote.origin.url"); err != nil || strings.TrimSpace(url) == "" {
		return "", false, nil //nolint:nilerr // git fails if there is no such remote
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
