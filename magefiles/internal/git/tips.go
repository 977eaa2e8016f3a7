package git

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Tip is the newest commit of a branch, in this clone or on the remote.
type Tip struct {
	Branch string // without the remote's name
	Commit string
}

// Tips returns the newest commit of every branch: of this clone, of what it knows of its remotes, and of what the remote
// has now; and of what is checked out. Bad input is a clone that cannot show them all: a shallow one, or one that lacks
// a commit of the remote.
func (r *Repo) Tips(ctx context.Context) ([]Tip, error) {
	shallow, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, r.explain(err)
	}
	if strings.TrimSpace(shallow) != "false" {
		return nil, exit.Input("this clone is shallow: not every branch can be seen in it").Try("run 'git fetch --unshallow', or use a full clone")
	}
	tips, err := r.knownTips(ctx)
	if err != nil {
		return nil, err
	}
	remote, err := r.remoteTips(ctx)
	return append(tips, remote...), err
}

func (r *Repo) knownTips(ctx context.Context) ([]Tip, error) {
	head, err := r.git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return nil, r.explain(err)
	}
	tips := []Tip{{Branch: "HEAD", Commit: strings.TrimSpace(head)}}
	out, err := r.git(ctx, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/remotes")
	if err != nil {
		return nil, r.explain(err)
	}
	for line := range strings.Lines(out) {
		commit, ref, _ := strings.Cut(strings.TrimSpace(line), " ")
		branch, local := strings.CutPrefix(ref, "refs/heads/")
		if !local {
			_, branch, _ = strings.Cut(strings.TrimPrefix(ref, "refs/remotes/"), "/")
		}
		tips = append(tips, Tip{Branch: branch, Commit: commit})
	}
	return tips, nil
}

// remoteTips asks the remote "origin" for its branches, or all remotes if none has that name. A repository without a remote has
// none.
func (r *Repo) remoteTips(ctx context.Context) ([]Tip, error) {
	out, err := r.git(ctx, "remote")
	if err != nil {
		return nil, err
	}
	remotes := strings.Fields(out)
	if slices.Contains(remotes, "origin") {
		remotes = []string{"origin"}
	}
	var tips []Tip
	for _, remote := range remotes {
		out, err := r.git(ctx, "ls-remote", "--heads", remote)
		if err != nil {
			return nil, exit.With(exit.Setup, fmt.Errorf("asking the remote %s for its branches: %w", remote, err))
		}
		for line := range strings.Lines(out) {
			commit, ref, _ := strings.Cut(strings.TrimSpace(line), "\t")
			tip := Tip{Branch: strings.TrimPrefix(ref, "refs/heads/"), Commit: commit}
			if _, err := r.git(ctx, "cat-file", "-e", commit+"^{tree}"); err != nil {
				return nil, exit.Input("the remote %s has a newer commit of branch %s than this clone", remote, tip.Branch).Try("run 'git fetch %s'", remote)
			}
			tips = append(tips, tip)
		}
	}
	return tips, nil
}

// FileAt returns a file as a commit has it; nil if it is not there. Behind a colon Git takes a path from the top of the clone, and hubs can lie
// below that.
func (r *Repo) FileAt(ctx context.Context, commit, name string) ([]byte, error) {
	listed, err := r.git(ctx, "ls-tree", "-z", commit, "--", name)
	if err != nil || listed == "" {
		return nil, err
	}
	content, err := r.git(ctx, "cat-file", "blob", commit+":./"+name)
	return []byte(content), err
}

// FilesAt names the files of a commit.
func (r *Repo) FilesAt(ctx context.Context, commit string) ([]string, error) {
	listed, err := r.git(ctx, "ls-tree", "-r", "-z", "--name-only", commit)
	if err != nil {
		return nil, r.explain(err)
	}
	return strings.FieldsFunc(listed, func(c rune) bool { return c == 0 }), nil
}
