package run

import (
	"bytes"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// text is a writer that a test can read meanwhile.
type text struct {
	mu      sync.Mutex
	content bytes.Buffer
}

func (w *text) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.content.Write(p)
}

func (w *text) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.content.String()
}

func interrupt(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

// Mage asks for SIGINT when the target has begun: it must not get it, and the run must.
func TestWhoGetsTheInterrupt(t *testing.T) {
	said := &text{}
	ctx, stop := interruptible(t.Context(), said)
	defer stop()
	mages := make(chan os.Signal, 1)
	signal.Notify(mages, os.Interrupt)
	time.Sleep(between / 2) // it has been taken again by now
	interrupt(t)
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Second):
		t.Error("the run was not interrupted")
	}
	interrupt(t) // at once: the same wish
	select {
	case <-mages:
		t.Error("Mage got it too, and ends the process in five seconds")
	case <-time.After(100 * time.Millisecond):
	}
	if got := said.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "interrupted: ending what runs") {
		t.Errorf("it said %q", got)
	}
	time.Sleep(between)
	interrupt(t)
	for deadline := time.Now().Add(5 * time.Second); !strings.Contains(said.String(), "interrupted again: what still runs is killed"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it said %q", said)
		}
	}
}

func TestARunThatEndsFreesTheSignal(t *testing.T) {
	_, stop := interruptible(t.Context(), &text{})
	stop()
	mine := make(chan os.Signal, 1)
	signal.Notify(mine, os.Interrupt)
	defer signal.Stop(mine)
	interrupt(t)
	select {
	case <-mine:
	case <-time.After(5 * time.Second):
		t.Error("the signal did not arrive")
	}
}
