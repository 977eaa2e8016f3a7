package git

import (
	"context"
	"regexp"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// whoCommits matches what Git says where it does not know an author, or is given an empty one.
var whoCommits = regexp.MustCompile(`Please tell me who you are|empty ident name|no email was given`)

// Commit commits these files as the working tree has them, and nothing else that is staged. It is the one thing that writes to the repository:
// hooks run, and whoever Git says is its author.
func (r *Repo) Commit(ctx context.Context, message string, files ...string) error {
	const add, commit = "add", "commit"
	for _, args := range [][]string{append([]string{add, "--"}, files...), append([]string{commit, "--quiet", "--cleanup=verbatim", "--message", message, "--only", "--"}, files...)} {
		_, err := r.run.Output(ctx, process.Cmd{Name: "git", Args: args, Dir: r.dir, Env: []string{"GIT_TERMINAL_PROMPT=0", "LC_ALL=C", "GIT_LITERAL_PATHSPECS=1"}})
		if err != nil { // the files are staged as they were before
			_, _ = r.run.Output(context.WithoutCancel(ctx), process.Cmd{Name: "git", Args: append([]string{"reset", "--quiet", "--"}, files...), Dir: r.dir, Env: []string{"LC_ALL=C", "GIT_LITERAL_PATHSPECS=1"}})
		}
		switch {
		case err == nil:
		case whoCommits.MatchString(process.Output(err)):
			return exit.Errorf(exit.Setup, "Git does not know who commits: %w", err).Try("run 'git config user.name' and 'git config user.email' with yours, or set GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL")
		default:
			return exit.Errorf(exit.Setup, "committing: %w", err)
		}
	}
	return nil
}
