package run

import (
	"context"
	"os"
	"strings"

	"github.com/magefile/mage/mg"
	"golang.org/x/term"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/version"
)

// Do carries out a Mage target. Each target of the command line opens a run; targets that it depends on, which Mage calls with
// the run's context, are a part of it. title names the target where it is a stage of another one.
//
// A signal ends the run's context: see interruptible. The error has the exit code that Mage is to end with, and shows no secret.
func Do(ctx context.Context, title string, target func(context.Context) error) error {
	if r := Of(ctx); r != nil {
		ctx, end := inStage(ctx, title)
		defer end()
		return fatal(ctx, r.told(ctx, r.withPutOff(ctx, target(ctx))))
	}
	ctx, reader := watchReader(ctx, title)
	defer leave(ctx) // Mage hands on errors of targets by panics
	said := &notices{}
	ctx, stop := interruptible(ctx, said)
	defer stop()
	return fatal(ctx, open(ctx, reader, said, target))
}

// open does a target in a run of its own.
func open(ctx context.Context, reader *reader, said *notices, target func(context.Context) error) error {
	s, err := openSession(reader)
	if err != nil {
		if term.IsTerminal(int(os.Stderr.Fd())) {
			return &shownError{err, exit.InLines(err, whole)}
		}
		return err
	}
	defer s.Close()
	defer said.through(s.Console)()
	r := New(s)
	r.goOnFromBefore()
	defer r.reportStopped(ctx)
	err = target(With(ctx, r))
	told := r.told(ctx, err)
	return r.concluded(told, r.writeReport(ctx, err))
}

// whole is for what nobody has told before.
func whole(cause string) string { return cause }

func openSession(reader *reader) (s *session.Session, err error) {
	var called []string
	if version.Imported() == "" { // or else there are targets of others, and names before ours
		if called, err = checkArguments(os.Args[1:]); err != nil {
			return nil, err
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if s, err = session.Open(session.Top(dir), os.Stdout, os.Stderr, reader.lost); err != nil {
		return nil, err
	}
	if err := checkOutput(s.Config.Output, called); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// told prints what programs that failed said, and returns the error as Mage is to print it.
func (r *Run) told(ctx context.Context, err error) error {
	if err == nil || quits(ctx) {
		return err
	}
	r.Tell(err)
	text := err.Error()
	if r.Console.Person {
		text = exit.InLines(err, r.Console.InBrief)
	}
	return &shownError{err, r.Run.Redact.Mask(text)}
}

// Tell prints what failed programs said, where the log does not have it and the error shows one line of it.
func (r *Run) Tell(err error) {
	const most = 30 // lines
	untold := process.Untold(err)
	if r.Console.Live() && exit.Code(err) != exit.Build { // then the log alone has it; fanout repeats builds
		untold = process.Said(err)
	}
	for _, failed := range untold {
		lines := strings.Split(strings.TrimSpace(failed.Output), "\n")
		lines = lines[max(0, len(lines)-most):]
		r.Console.Info("", "%s said:\n  %s", failed.Command, strings.Join(lines, "\n  "))
	}
}

// fatal gives an error the exit code that Mage ends with.
func fatal(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return mg.Fatal(exit.Interrupted, "interrupted: "+ui.Visible(session.Called(err.Error())))
	}
	return mg.Fatal(exit.Code(err), ui.Visible(session.Called(err.Error()))) // it may quote what somebody else wrote
}

// shownError has a text that holds no secret: Mage prints it, after the session is closed.
type shownError struct {
	err  error
	text string
}

func (s *shownError) Error() string { return s.text }

func (s *shownError) Unwrap() error { return s.err }
