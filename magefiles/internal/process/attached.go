package process

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// Attached runs a process that has this one's terminal until it ends: what a person types, Ctrl-C too, goes to it. Its output is not masked, nor
// kept. It is for a program that a person talks to, and that was given no secret.
func (r *Runner) Attached(ctx context.Context, c Cmd) error {
	r.announce(c)
	if err := r.refuseSecrets(c); err != nil {
		return err
	}
	cmd := r.command(ctx, c)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	fd := int(os.Stdin.Fd())
	cmd.SysProcAttr.Foreground, cmd.SysProcAttr.Ctty = true, fd
	err := cmd.Run()
	takeBack(fd)
	if err == nil {
		return nil
	}
	return r.failure(ctx, c, "", err)
}

// takeBack makes this process the one that has the terminal. The system would stop it for that if the signal were not ignored.
func takeBack(fd int) {
	signal.Ignore(syscall.SIGTTOU)
	defer signal.Reset(syscall.SIGTTOU)
	_ = unix.IoctlSetPointerInt(fd, unix.TIOCSPGRP, syscall.Getpgrp()) // a terminal that has gone has nobody to give it to
}
