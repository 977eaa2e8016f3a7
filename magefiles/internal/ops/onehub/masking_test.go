package onehub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// A Secret that is changed while logs are followed is masked too; what cannot be read is told once, and ends a job of CI.
func TestLogsThatAreFollowedAreMaskedAnew(t *testing.T) {
	said, masker := new(bytes.Buffer), &redact.Redactor{}
	settings := &config.Config{Event: ci.Event{Kind: ci.Local}}
	r := &run.Run{Session: &session.Session{Config: settings, Console: ui.New(io.Discard, said, false), Run: &process.Runner{Redact: masker}}}
	looks := [][]string{{"correct-horse-1"}, {"correct-horse-1", "battery-staple-2"}, nil, nil}
	ticks, ended := make(chan time.Time), make(chan struct{})
	m := &masking{Run: r, at: layout.Plain("botany"), known: map[string]bool{}, read: func(context.Context) ([]string, error) {
		values := looks[0]
		if looks = looks[1:]; values == nil {
			return nil, errors.New("no rights")
		}
		return values, nil
	}}
	if err := m.update(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := masker.Mask("correct-horse-1 battery-staple-2"); strings.Contains(got, "horse") || !strings.Contains(got, "staple") {
		t.Errorf("at first %q", got)
	}
	go func() {
		for range 3 {
			ticks <- time.Now()
		}
		close(ended)
	}()
	if err := m.follow(t.Context(), ended, ticks); err != nil {
		t.Fatal(err)
	}
	if got := masker.Mask("correct-horse-1 battery-staple-2"); strings.Contains(got, "horse") || strings.Contains(got, "staple") {
		t.Errorf("then %q", got)
	}
	if strings.Count(said.String(), "cannot be masked: no rights") != 1 {
		t.Errorf("said %q", said)
	}
}
