package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// Difference returns the changed lines between two files outside of any repository, as git diff shows them. One that is missing is empty.
func Difference(ctx context.Context, runner *process.Runner, before, after string) (string, error) {
	if _, err := os.Stat(after); err != nil {
		after = os.DevNull
	}
	out, err := runner.Output(ctx, process.Cmd{
		Name: "git", Args: []string{"diff", "--no-index", "--no-color", "--no-ext-diff", "--unified=1", "--", before, after}, Dir: filepath.Dir(before), Env: []string{"LC_ALL=C"},
	})
	if failed := (*process.Error)(nil); err != nil && (!errors.As(err, &failed) || failed.Code != 1) { // 1: they differ
		return "", err
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "@@") || len(lines) > 0 {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ""), nil
}
