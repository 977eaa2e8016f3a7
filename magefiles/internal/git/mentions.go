package git

import (
	"context"
	"errors"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// grep is git grep for an extended regular expression, whatever the operator's settings add to its output, and in all files: to Git
// a file is binary if an attribute says so.
var grep = []string{"grep", "--no-color", "--no-line-number", "--no-column", "--no-recurse-submodules", "--text", "--extended-regexp"}

// Mentions returns what matches the extended regular expression in the files of a commit.
func (r *Repo) Mentions(ctx context.Context, commit, expression string) ([]string, error) {
	return r.grep(ctx, "--only-matching", "-h", "-e", expression, commit, "--")
}

// MentionsHere is Mentions for the files as they are now, committed or not; those that Git ignores are left out.
func (r *Repo) MentionsHere(ctx context.Context, expression string) ([]string, error) {
	return r.grep(ctx, "--only-matching", "-h", "--untracked", "-e", expression, "--")
}

// FilesWith names the files of a commit that have a match of the extended regular expression.
func (r *Repo) FilesWith(ctx context.Context, commit, expression string) ([]string, error) {
	found, err := r.grep(ctx, "--files-with-matches", "--null", "-e", expression, commit, "--")
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var names []string
	for name := range strings.SplitSeq(strings.Join(found, "\n"), "\x00") {
		if name = strings.TrimPrefix(name, commit+":"); name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}

// FilesHereWith is FilesWith for the files as they are now, committed or not; those that Git ignores are left out.
func (r *Repo) FilesHereWith(ctx context.Context, expression string) ([]string, error) {
	found, err := r.grep(ctx, "--files-with-matches", "--null", "--untracked", "-e", expression, "--")
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return strings.FieldsFunc(strings.Join(found, "\n"), func(r rune) bool { return r == 0 }), nil
}

// grep returns the lines of git grep's output. No match is no error.
func (r *Repo) grep(ctx context.Context, args ...string) ([]string, error) {
	out, err := r.git(ctx, append(append([]string{}, grep...), args...)...)
	if failed := (*process.Error)(nil); errors.As(err, &failed) && failed.Code == 1 && strings.TrimSpace(failed.Output) == "" {
		return nil, nil // git grep ends with code 1 if nothing matches
	}
	if err != nil || out == "" {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(out, "\n"), "\n"), nil
}
