package git

import (
	"context"
	"strings"
)

// Origin returns what this clone knows of the branches of the remote "origin": all of them, and the default one, "" if that is not known:
// no name makes a branch the default one. Nobody is asked.
func (r *Repo) Origin(ctx context.Context) (branches []string, standard string, err error) {
	const prefix = "refs/remotes/origin/"
	out, err := r.git(ctx, "for-each-ref", "--format=%(refname) %(symref)", prefix)
	if err != nil {
		return nil, "", r.explain(err)
	}
	for line := range strings.Lines(out) {
		ref, target, _ := strings.Cut(strings.TrimSpace(line), " ")
		if branch := strings.TrimPrefix(ref, prefix); branch != "HEAD" {
			branches = append(branches, branch)
		} else if target = strings.TrimSpace(target); strings.HasPrefix(target, prefix) {
			standard = strings.TrimPrefix(target, prefix)
		}
	}
	return branches, standard, nil
}

// OfOrigin returns the name of the commit that a branch of the remote "origin" was at when it was last asked.
func OfOrigin(branch string) string { return "refs/remotes/origin/" + branch }

// Local returns the branches of this clone, and the one that is checked out, "" if none is.
func (r *Repo) Local(ctx context.Context) (branches []string, current string, err error) {
	const prefix = "refs/heads/"
	out, err := r.git(ctx, "for-each-ref", "--format=%(HEAD) %(refname)", prefix)
	if err != nil {
		return nil, "", r.explain(err)
	}
	for line := range strings.Lines(out) {
		mark, ref, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if mark == "" { // no mark is a space
			ref = strings.TrimSpace(ref)
		}
		branch := strings.TrimPrefix(ref, prefix)
		if branches = append(branches, branch); mark == "*" {
			current = branch
		}
	}
	return branches, current, nil
}

// AtOrigin reports whether the remote "origin" had the commit when it was last asked: others can then fetch it.
func (r *Repo) AtOrigin(ctx context.Context, commit string) bool {
	out, err := r.git(ctx, "for-each-ref", "--count=1", "--contains", commit, "refs/remotes/origin/")
	return err == nil && strings.TrimSpace(out) != ""
}
