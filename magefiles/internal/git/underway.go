package git

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// works are what Git may be in the midst of, by what then lies in its directory: git-status(1) tells the same.
var works = []struct{ mark, what, end string }{
	{"MERGE_HEAD", "a merge", "git merge --abort"},
	{"rebase-merge", "a rebase", "git rebase --abort"},
	{"rebase-apply", "a rebase", "git rebase --abort"},
	{"CHERRY_PICK_HEAD", "a cherry-pick", "git cherry-pick --abort"},
	{"REVERT_HEAD", "a revert", "git revert --abort"},
	{"BISECT_LOG", "a bisection", "git bisect reset"},
}

// Underway returns what somebody has begun in the repository and not ended, as "a merge", and the command that gives it up; nothing if nothing is.
func (r *Repo) Underway(ctx context.Context) (what, end string, err error) {
	args := []string{"rev-parse"}
	for _, work := range works {
		args = append(args, "--git-path", work.mark)
	}
	out, err := r.git(ctx, args...)
	if err != nil {
		return "", "", r.explain(err)
	}
	for i, file := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		if !filepath.IsAbs(file) {
			file = filepath.Join(r.dir, file)
		}
		if _, err := os.Lstat(file); err == nil && i < len(works) {
			return works[i].what, works[i].end, nil
		}
	}
	return "", "", nil
}

// Directory is Git's own directory of this working tree.
func (r *Repo) Directory(ctx context.Context) (string, error) {
	out, err := r.git(ctx, "rev-parse", "--absolute-git-dir")
	return strings.TrimSuffix(out, "\n"), r.explain(err)
}

// FilterOf returns the filter that .gitattributes gives a path, as git-crypt; "" for none. The path need not be there.
func (r *Repo) FilterOf(ctx context.Context, name string) (string, error) {
	out, err := r.git(ctx, "check-attr", "-z", "filter", "--", name)
	if err != nil {
		return "", r.explain(err)
	}
	fields := strings.Split(out, "\x00") // path, attribute, value
	if len(fields) < 3 || fields[2] == "unspecified" || fields[2] == "unset" {
		return "", nil
	}
	return fields[2], nil
}

// Taken returns the hash that git add would give a content under a path: its filters decide, and may fail.
func (r *Repo) Taken(ctx context.Context, name string, content []byte) (string, error) {
	out, err := r.fed(ctx, content, "hash-object", "--stdin", "--path", name)
	return strings.TrimSpace(out), err
}

// Plainly returns the hash of a content that no filter has changed.
func (r *Repo) Plainly(ctx context.Context, content []byte) (string, error) {
	out, err := r.fed(ctx, content, "hash-object", "--stdin", "--no-filters")
	return strings.TrimSpace(out), err
}
