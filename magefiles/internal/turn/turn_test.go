package turn_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hub-ops/magefiles/internal/turn"
	"hub-ops/magefiles/internal/ui"
)

func TestWhoWaitsSaysSoAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file, said := filepath.Join(t.TempDir(), "lock"), new(strings.Builder)
		console := ui.New(said, said, false)
		end, err := turn.Take(t.Context(), console, file, "makes the same image")
		if err != nil || said.Len() > 0 {
			t.Fatalf("%v: %s", err, said)
		}
		time.AfterFunc(150*time.Second, end)
		end, err = turn.Take(t.Context(), console, file, "makes the same image")
		if err != nil {
			t.Fatal(err)
		}
		end()
		time.Sleep(time.Hour)
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		if len(lines) != 3 || lines[0] != "another run makes the same image: waiting for it" || !strings.Contains(lines[2], "waiting for another run, which makes the same image, for 2m") {
			t.Errorf("%q", lines)
		}
	})
}

func TestWaitEndsWithTheRun(t *testing.T) {
	file, console := filepath.Join(t.TempDir(), "lock"), ui.New(io.Discard, io.Discard, false)
	end, err := turn.Take(t.Context(), console, file, "builds")
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turn.Take(ctx, console, file, "builds"); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "another run that builds") {
		t.Error(err)
	}
}
