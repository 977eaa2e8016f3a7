// Package ops is the order of things: one file a verb.
package ops

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/magefile/mage/mg"
	"golang.org/x/term"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/ui"
)

// heartbeat is the longest silence; CI systems end a job after ten minutes without a line.
const heartbeat = time.Minute

// Session is what every verb works with, for one run.
type Session struct {
	Config  *config.Config
	Console *ui.Console
	Run     *run.Runner
}

// Do carries out a verb as a Mage target: it reads the settings, hands SIGTERM on as a cancelled context
// (Mage itself handles SIGINT alone), and gives the error its exit code.
func Do(ctx context.Context, verb func(context.Context, *Session) error) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := do(ctx, verb)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = exit.With(exit.Interrupted, errors.Join(context.Canceled, err))
	}
	return mg.Fatal(exit.Code(err), strings.ReplaceAll(err.Error(), "context canceled\n", "interrupted: "))
}

func do(ctx context.Context, verb func(context.Context, *Session) error) error {
	session, err := open()
	if err != nil {
		return err
	}
	return verb(ctx, session)
}

func open() (*Session, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	settings, err := config.Load(root, os.Environ())
	if err != nil {
		return nil, err
	}
	colour := term.IsTerminal(int(os.Stderr.Fd())) && !settings.NoColor && !settings.Event.InCI()
	console := ui.New(os.Stdout, os.Stderr, colour)
	redact := &run.Redactor{}
	redact.Add(settings.Secrets()...)
	return &Session{
		Config: settings, Console: console,
		Run: &run.Runner{Env: settings.Environ, Log: console, Redact: redact},
	}, nil
}
