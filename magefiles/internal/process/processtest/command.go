// Package processtest starts programs for the tests of other packages: as an operator's shell does, without a log and without
// masking, so that a test sees all that is written.
package processtest

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
)

// Command is a program in a process group of its own. Its Cancel, and the end of its context, kill the whole group.
type Command struct{ *exec.Cmd }

// New returns a command that has exactly this environment. dir is its working directory.
func New(ctx context.Context, dir string, env []string, name string, args ...string) *Command {
	cmd := exec.CommandContext(ctx, name, args...) // #nosec G204 -- a test says what it starts
	cmd.Dir, cmd.Env = dir, env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return &Command{cmd}
}

// ExitCode returns the exit code of the ended program behind err, and whether there is one: -1 if a signal ended it.
func ExitCode(err error) (code int, ended bool) {
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		return failed.ExitCode(), true
	}
	return 0, false
}
