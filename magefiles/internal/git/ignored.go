package git

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// WouldIgnore lists those of the paths that Git would leave out if they were there. One that it holds is never left out. The path of a
// directory ends with a slash.
func (r *Repo) WouldIgnore(ctx context.Context, paths ...string) ([]string, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	environment := append(r.environment(), "GIT_LITERAL_PATHSPECS=0") // with which check-ignore does not work; it takes paths as they stand
	out, err := r.run.Output(ctx, process.Cmd{
		Name: "git", Args: []string{"check-ignore", "-z", "--stdin"}, Dir: r.dir, Env: environment, Stdin: strings.NewReader(strings.Join(paths, "\x00") + "\x00"),
	})
	if failed := (*process.Error)(nil); errors.As(err, &failed) && failed.Code == 1 { // none of them
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking Git what it ignores: %w", err)
	}
	return strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 }), nil
}
