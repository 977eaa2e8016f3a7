package git

import (
	"context"
	"slices"
	"strings"
)

// Origin returns what this clone knows of the branches of the remote "origin": all of them, and the default one, "" if that is not known.
// Nobody is asked.
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
	for _, usual := range []string{"main", "master"} {
		if standard == "" && slices.Contains(branches, usual) {
			standard = usual
		}
	}
	return branches, standard, nil
}

// OfOrigin returns the name of the commit that a branch of the remote "origin" was at when it was last asked.
func OfOrigin(branch string) string { return "refs/remotes/origin/" + branch }
