package run

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"hub-ops/magefiles/internal/plan"
)

// errNobodyReads is why a run ends whose output nobody reads any more.
var errNobodyReads = errors.New("nobody reads the output")

// readerGone is the exit code of a run that ends so: the one that a shell gives to a program that SIGPIPE has ended.
const readerGone = 128 + int(syscall.SIGPIPE)

// reader is whoever reads what a run writes: a person, a log, or a program such as head, which stops when it has enough. A run that only
// shows something has nothing to do then. One that changes something goes on to its end, unseen: half of a deploy is worse.
type reader struct{ quit context.CancelCauseFunc }

// watchReader returns a context that ends when nobody reads the output of the target any more.
func watchReader(ctx context.Context, title string) (context.Context, *reader) {
	// Else the signal ends the process at once, and Mage tells "signal: broken pipe". It is never given back: Mage writes last.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(ctx)
	r := &reader{quit: cancel}
	if changes(title) {
		r.quit = func(error) {}
	}
	return ctx, r
}

// lost is called when nobody reads any more.
func (r *reader) lost() { r.quit(errNobodyReads) }

// leave ends the process if the run of the context has ended for that: what Mage would write then is for nobody, nor is any further target.
func leave(ctx context.Context) {
	if quits(ctx) {
		os.Exit(readerGone)
	}
}

// quits reports whether a run ends because nobody reads it.
func quits(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errNobodyReads) }

// changes reports whether any target of that title changes something: what is not known does.
func changes(title string) bool {
	known := false
	for _, verb := range plan.Verbs() {
		name, _, _ := strings.Cut(verb.Target, ":")
		if name != title {
			continue
		}
		if known = true; verb.Changes != plan.Nothing {
			return true
		}
	}
	return !known
}
