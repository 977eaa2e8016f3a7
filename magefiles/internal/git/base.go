package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Base returns the commit that what is checked out is to be compared with before it is merged into a branch of the remote "origin": the newest
// that both have. told is what the CI system says of it, "" if it says nothing. The clone has the commit then, and what has to be fetched for that
// stays in it. Where a clone has too little of the past, and a merge is checked out as GitHub and Travis make it, that merge's first parent is the commit.
func (r *Repo) Base(ctx context.Context, branch, told string) (string, error) {
	if commitHash.MatchString(told) && r.obtain(ctx, told, told) == nil {
		return told, nil
	}
	heads, known, err := r.Heads(ctx, branch)
	switch {
	case err != nil:
		return "", err
	case !known || heads.Tip == "":
		return "", exit.Errorf(exit.Setup, "origin does not say where its branch %s is", branch)
	}
	if err := r.Obtain(ctx, branch, heads.Tip); err != nil {
		return "", err
	}
	if out, err := r.git(ctx, "merge-base", "HEAD", heads.Tip); err == nil && strings.TrimSpace(out) != "" {
		return strings.TrimSpace(out), nil
	}
	parents, err := r.parents(ctx)
	if err != nil {
		return "", err
	}
	if len(parents) > 1 && r.obtain(ctx, parents[0], parents[0]) == nil {
		return parents[0], nil
	}
	return "", exit.Errorf(exit.Setup, "this clone has too little of the past to see what it has in common with %s", branch).
		Try("have CI clone more of it: fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab")
}

// parents are those of what is checked out, also where the clone is shallow and does not have them.
func (r *Repo) parents(ctx context.Context) (parents []string, err error) {
	out, err := r.git(ctx, "cat-file", "commit", "HEAD")
	if err != nil {
		return nil, r.explain(err)
	}
	head, _, _ := strings.Cut(out, "\n\n")
	for line := range strings.Lines(head) {
		if parent, is := strings.CutPrefix(line, "parent "); is {
			parents = append(parents, strings.TrimSpace(parent))
		}
	}
	return parents, nil
}

// Lay writes the files of a commit to a new directory, as a repository with that one commit, which has its objects from this one. The
// repository itself stays as it is. It returns where in the directory the hubs are. No filter that the repository's own configuration names runs, and no hook.
func (r *Repo) Lay(ctx context.Context, commit, dir string) (root string, err error) {
	if !commitHash.MatchString(commit) {
		return "", exit.Input("%q is no commit", commit)
	}
	run := func(args ...string) error {
		_, err := r.run.Output(ctx, process.Cmd{Name: "git", Args: args, Dir: dir, Env: []string{"GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_NO_REPLACE_OBJECTS=1", "GIT_LFS_SKIP_SMUDGE=1"}})
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := run("init", "--quiet", "--template=", "--initial-branch", "base"); err != nil {
		return "", r.explain(err)
	}
	objects := filepath.Join(dir, ".git", "objects", "info", "alternates")
	err = errors.Join(
		os.MkdirAll(filepath.Dir(objects), 0o700),
		os.WriteFile(objects, []byte(listed(r.objects)+"\n"), 0o600),
		os.WriteFile(filepath.Join(dir, ".git", "shallow"), []byte(commit+"\n"), 0o600), // its past is not there
	)
	if err != nil {
		return "", err
	}
	if err := run("-c", "core.hooksPath="+os.DevNull, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "--detach", commit); err != nil {
		return "", r.explain(err)
	}
	return filepath.Join(dir, filepath.FromSlash(r.Below())), nil
}
