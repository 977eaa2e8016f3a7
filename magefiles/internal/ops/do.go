// Package ops is the order of things: one file a verb.
package ops

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/redact"
)

// heartbeat is the longest silence; CI systems end a job after ten minutes without a line.
const heartbeat = time.Minute

// Verb is what a target does.
type Verb func(context.Context, *Session) error

// Do carries out a verb as a Mage target: it opens a session, hands SIGINT, SIGTERM and SIGHUP on as a cancelled context, and
// gives the error its exit code.
func Do(ctx context.Context, verb Verb) error {
	// Mage ignores SIGTERM, and after SIGINT it ends the process within five seconds: helm needs longer to record what
	// became of a release, and credentials would stay on disk. So SIGINT is taken from it.
	signal.Reset(os.Interrupt)
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(ctx, signals...)
	defer stop()
	err := do(ctx, verb)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return mg.Fatal(exit.Interrupted, "interrupted: "+err.Error())
	}
	return mg.Fatal(exit.Code(err), err)
}

func do(ctx context.Context, verb Verb) error {
	if err := commandLine(); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	session, err := open(root, os.Stdout, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { session.close() }() // which may be more by then
	if err = session.login(ctx); err == nil {
		err = verb(ctx, session)
	}
	if err != nil {
		return &masked{err, session.Run.Redact}
	}
	return nil
}

// masked is an error that shows no secret: Mage prints it, after the session is closed.
type masked struct {
	err    error
	redact *redact.Redactor
}

func (m *masked) Error() string { return m.redact.Mask(m.err.Error()) }

func (m *masked) Unwrap() error { return m.err }
