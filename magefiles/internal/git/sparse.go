package git

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// markLeftOut marks in the private index what a sparse checkout leaves out: it is not here, and was not deleted.
func (r *Repo) markLeftOut(ctx context.Context) error {
	out, err := r.git(ctx, "ls-files", "-z", "-t")
	if err != nil {
		return r.explain(err)
	}
	var names strings.Builder
	for line := range strings.SplitSeq(out, "\x00") {
		name, skipped := strings.CutPrefix(line, "S ")
		if !skipped {
			continue
		}
		if _, err := os.Lstat(filepath.Join(r.dir, filepath.FromSlash(name))); err != nil {
			names.WriteString(name + "\x00")
		}
	}
	if names.Len() == 0 {
		return nil
	}
	return r.run.Run(ctx, process.Cmd{
		Name: "git", Args: []string{"update-index", "-z", "--skip-worktree", "--stdin"}, Dir: r.dir,
		Env: append(r.environment(), "GIT_INDEX_FILE="+filepath.Join(r.scratch, "index")), Stdin: strings.NewReader(names.String()), Quiet: true,
	})
}
