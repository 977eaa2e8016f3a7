package ui

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// safeBuffer may be written to while a heartbeat writes.
type safeBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newConsole(colour bool) (console *Console, out, err *safeBuffer) {
	out, err = new(safeBuffer), new(safeBuffer)
	return New(out, err, colour), out, err
}

func TestResultsGoToStandardOutputAndNothingElseDoes(t *testing.T) {
	console, out, err := newConsole(false)
	console.Result("deployed %d", 2)
	console.Table([][]string{{"HUB", "DO"}, {"a-long-name", "yes"}})
	console.Info("hub", "one\ntwo")
	console.Command("hub", "helm upgrade")
	if got, want := out.String(), "deployed 2\nHUB          DO\na-long-name  yes\n"; got != want {
		t.Errorf("standard output: %q, want %q", got, want)
	}
	if got, want := err.String(), "hub | one\nhub | two\nhub | $ helm upgrade\n"; got != want {
		t.Errorf("standard error: %q, want %q", got, want)
	}
}

func TestColourOnlyWhereItWasAskedFor(t *testing.T) {
	for _, colour := range []bool{true, false} {
		console, _, err := newConsole(colour)
		console.Problem("hub", "failed")
		if strings.Contains(err.String(), "\x1b[") != colour {
			t.Errorf("colour %v: %q", colour, err)
		}
	}
}

func TestFolds(t *testing.T) {
	console, _, err := newConsole(false)
	console.Fold("deploy and rollout")()
	console.Folds = "travis"
	console.Fold("deploy and rollout")()
	console.Folds = "github"
	console.Fold("plan")()
	want := "── deploy and rollout\n" +
		"travis_fold:start:deploy-and-rollout\r\x1b[0Kdeploy and rollout\ntravis_fold:end:deploy-and-rollout\r\x1b[0K" +
		"::group::plan\n::endgroup::\n"
	if got := err.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHeartbeatBreaksSilenceAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		console, _, err := newConsole(false)
		stop := console.Beat(time.Minute, "building")
		for range 10 {
			time.Sleep(30 * time.Second)
			console.Info("", "busy")
		}
		if strings.Contains(err.String(), "still building") {
			t.Errorf("a beat while lines came: %q", err)
		}
		time.Sleep(9 * time.Minute)
		if beats := strings.Count(err.String(), "… still building, for "); beats < 6 || beats > 9 {
			t.Errorf("%d beats in nine silent minutes", beats)
		}
		stop()
		stop()
	})
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1500: "1.5 kB", 212e6: "212 MB", 3900e6: "3.9 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

// A terminal within tmux keeps a copy of each screen that is erased from its first column on: a frame a copy, which somebody who looks back finds.
func TestAFrameErasesNoWholeScreen(t *testing.T) {
	var out strings.Builder
	s := &screen{out: &out}
	s.write("a line\n", []string{"a frame"}, 80)
	if got, want := out.String(), "\r\x1b[2K\x1b[C\x1b[J\ra line\n\x1b[?25l\x1b[?7la frame\x1b[?7h\x1b[?25h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
