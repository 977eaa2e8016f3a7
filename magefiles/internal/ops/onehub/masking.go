package onehub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ops/run"
)

// masking keeps what the Secrets of a hub hold out of its logs, as they are shown.
type masking struct {
	*run.Run
	at     layout.Address
	read   func(ctx context.Context) ([]string, error)
	known  map[string]bool
	failed bool // the last time that they were read, which is told
}

// anew is the time from one look at the Secrets to the next while logs are followed. A pod can have what has changed in one sooner: this bounds how
// long it can be seen.
const anew = 5 * time.Second

// update masks what the Secrets hold now, too. Where others read what is shown it is an error that they cannot be read, and else a problem, told once.
func (m *masking) update(ctx context.Context) error {
	values, err := m.read(ctx)
	switch {
	case ctx.Err() != nil:
		return nil
	case err != nil && m.Config.Event.InCI(): // others read the log of a job
		return exit.With(exit.Setup, fmt.Errorf("the logs of hub %s are not shown, for what is secret in them cannot be masked: %w", m.at.Hub, err))
	case err != nil && !m.failed:
		m.Console.Problem(m.at.Hub, "what is secret of the hub cannot be masked: %v", err)
	}
	m.failed = err != nil
	for _, value := range values {
		switch {
		case m.known[value]:
		case strings.Contains(value, "\n"):
			m.Session.Run.Redact.AddParts(value) // a file: what in it is no credential may be anything
		default:
			m.Session.Run.Redact.AddValues(value)
		}
		m.known[value] = true
	}
	return nil
}

// follow updates at each tick, until the logs have ended.
func (m *masking) follow(ctx context.Context, ended <-chan struct{}, ticks <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
			return nil
		case <-ticks:
			if err := m.update(ctx); err != nil {
				return err
			}
		}
	}
}
