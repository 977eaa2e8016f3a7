package ops

import (
	"context"
	"os"
	"strings"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Do carries out a Mage target. Each target of the command line opens a run; targets that it depends on, which Mage calls with
// the run's context, are a part of it. title names the target where it is a stage of another one.
//
// A signal ends the run's context: see interruptible. The error has the exit code that Mage is to end with, and shows no secret.
func Do(ctx context.Context, title string, target func(context.Context) error) error {
	if r := runOf(ctx); r != nil {
		ctx, end := inStage(ctx, title)
		defer end()
		return fatal(ctx, masked(target(ctx), r.Run.Redact))
	}
	ctx, stop := interruptible(ctx, os.Stderr)
	defer stop()
	return fatal(ctx, open(ctx, target))
}

// open does a target in a run of its own.
func open(ctx context.Context, target func(context.Context) error) error {
	if err := checkArguments(os.Args[1:]); err != nil {
		return err
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	s, err := session.Open(root, os.Stdout, os.Stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	err = target(withRun(ctx, newRun(s)))
	tell(s.Console, err)
	return masked(err, s.Run.Redact)
}

// tell prints what failed programs said, where the log does not have it and the error shows one line of it.
func tell(console *ui.Console, err error) {
	const most = 30 // lines
	for _, failed := range process.Untold(err) {
		lines := strings.Split(strings.TrimSpace(failed.Output), "\n")
		lines = lines[max(0, len(lines)-most):]
		console.Info("", "%s said:\n  %s", failed.Command, strings.Join(lines, "\n  "))
	}
}

// fatal gives an error the exit code that Mage ends with.
func fatal(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return mg.Fatal(exit.Interrupted, "interrupted: "+err.Error())
	}
	return mg.Fatal(exit.Code(err), err)
}

// masked hides the secrets in an error: Mage prints it, after the session is closed.
func masked(err error, masking *redact.Redactor) error {
	if err == nil {
		return nil
	}
	return &maskedError{err, masking}
}

type maskedError struct {
	err     error
	masking *redact.Redactor
}

func (m *maskedError) Error() string { return m.masking.Mask(m.err.Error()) }

func (m *maskedError) Unwrap() error { return m.err }
