package bench

import (
	"context"
	"fmt"
	"os"

	"hub-ops/magefiles/internal/process"
)

// project is a Git repository of hubs, and the way to run targets in it.
type project struct {
	run *process.Runner
	dir string
	env []string // of the targets
}

func (p project) git(ctx context.Context, args ...string) error {
	return p.run.Run(ctx, process.Cmd{Name: "git", Args: args, Dir: p.dir, Quiet: true})
}

// read runs git with a file as its input.
func (p project) read(ctx context.Context, file string, args ...string) error {
	input, err := os.Open(file) // #nosec G304 -- a file of the benchmark's own
	if err != nil {
		return err
	}
	defer func() { _ = input.Close() }()
	return p.run.Run(ctx, process.Cmd{Name: "git", Args: args, Dir: p.dir, Stdin: input, Quiet: true})
}

// init makes the repository, without a commit.
func (p project) init(ctx context.Context) error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	return p.git(ctx, "init", "--quiet")
}

// commit commits whatever has changed.
func (p project) commit(ctx context.Context) error {
	if err := p.git(ctx, "add", "--all"); err != nil {
		return err
	}
	return p.git(ctx, "-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message", "hubs")
}

// mage runs a target of this very program in the project and returns what it printed.
func (p project) mage(ctx context.Context, target ...string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	out, err := p.run.Output(ctx, process.Cmd{Name: self, Args: target, Dir: p.dir, Quiet: true, Env: p.env})
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, process.Output(err))
	}
	return string(out), nil
}
