package git

import (
	"context"
	"regexp"
	"slices"

	"hub-ops/magefiles/internal/process"
)

// cleanFailed matches what Git says where a filter, which the repository requires for a file, is not there or fails. It gives the
// filter's name.
var cleanFailed = regexp.MustCompile(`fatal: .*: clean filter '([^'\n]+)' failed`)

// status lists what differs from HEAD. A filter that fails stops it for the whole repository, as in a clone that was unlocked where
// git-crypt was, because of a file that nobody may need: then the file counts as changed. Whoever needs what is in it asks Git again,
// and has the error.
func (r *Repo) status(ctx context.Context, args ...string) (string, error) {
	var optional []string
	for {
		out, err := r.git(ctx, slices.Concat(optional, []string{"-c", "core.fsmonitor=false", "status", "--porcelain=v1", "-z", "--untracked-files=all"}, args)...)
		failed := cleanFailed.FindStringSubmatch(process.Output(err))
		if err == nil || failed == nil || slices.Contains(optional, "filter."+failed[1]+".required=false") {
			return out, err
		}
		optional = append(optional, "-c", "filter."+failed[1]+".required=false")
	}
}
