package run

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
)

// between is how long after the first signal another one is a second wish: some programs send one twice.
const between = time.Second

// interruptible returns a context that SIGINT, SIGTERM and SIGHUP end. A second signal kills what still runs. What happens is told to
// stderr. stop ends that.
func interruptible(ctx context.Context, stderr io.Writer) (inside context.Context, stop func()) {
	signals := make(chan os.Signal, 4)
	wanted := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		wanted = append(wanted, syscall.SIGHUP)
	}
	signal.Notify(signals, wanted...)
	hurry, done := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(process.WithHurry(ctx, hurry))
	taken := takeInterrupt(signals, done)
	go func() {
		if !await(signals, done) {
			return
		}
		_, _ = fmt.Fprintln(stderr, "interrupted: ending what runs, which can take some seconds; interrupt again to kill it")
		cancel()
		for first := time.Now(); await(signals, done); {
			if time.Since(first) > between {
				_, _ = fmt.Fprintln(stderr, session.Called("interrupted again: what still runs is killed; 'mage status' tells what it has left"))
				close(hurry)
				return
			}
		}
	}()
	return ctx, func() {
		close(done)
		<-taken
		signal.Stop(signals)
		cancel()
	}
}

// await waits for a signal. It returns false if the run is done before.
func await(signals <-chan os.Signal, done <-chan struct{}) bool {
	select {
	case <-signals:
		return true
	case <-done:
		return false
	}
}

// takeInterrupt takes SIGINT away from Mage, which ends the process five seconds after it: too short for helm to record the state of a
// release, and credentials would stay. Mage asks for the signal when the target has just begun, so it is taken again and again for
// a moment. The channel that it returns is closed when that is over.
func takeInterrupt(signals chan<- os.Signal, done <-chan struct{}) (over <-chan struct{}) {
	take := func() {
		signal.Ignore(os.Interrupt) // which takes it from everybody; after Reset it would end the process
		signal.Notify(signals, os.Interrupt)
	}
	take()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for pause := time.Millisecond; pause < between; pause *= 4 {
			select {
			case <-done:
				return
			case <-time.After(pause):
				take()
			}
		}
	}()
	return ended
}
