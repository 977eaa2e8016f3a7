package run

import (
	"context"
	"errors"
	"sync"

	"hub-ops/magefiles/internal/exit"
)

// A run that does several things to many hubs goes on with the others where one of them fails: what was built is pushed, what was
// pushed is deployed. It fails at its end, with all that failed.

// goOnKey is the context's key for whether the run goes on.
type goOnKey struct{}

// GoOn returns a context for the targets that a run consists of, which goes on after failures of single hubs. AtTheEnd returns these.
func GoOn(ctx context.Context) context.Context { return context.WithValue(ctx, goOnKey{}, true) }

// AtTheEnd returns the failures of the hubs of the run, and err, which ended it, as one error.
func AtTheEnd(ctx context.Context, err error) error {
	if GoesOn(ctx) { // it is not the end yet
		return err
	}
	return errors.Join(Of(ctx).putOff.all(), err)
}

// GoesOn reports whether the run goes on after the target of a context.
func GoesOn(ctx context.Context) bool {
	does, _ := ctx.Value(goOnKey{}).(bool)
	return does
}

// failures are those that a run has been told to end with.
type failures struct {
	mu   sync.Mutex
	list []error
}

func (f *failures) all() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.list...)
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, err)
}

// Settle keeps the failures of hubs for the end of a run that goes on, and returns them where it does not.
func (r *Run) Settle(ctx context.Context, err error) error {
	if err == nil || !GoesOn(ctx) || ctx.Err() != nil {
		return err
	}
	r.putOff.add(err)
	return nil
}

// SettleStage is Settle for a stage that others follow.
func (r *Run) SettleStage(ctx context.Context, err error) error {
	left := r.Settle(ctx, err)
	if err != nil && left == nil {
		why := ": " + exit.Cause(err)
		if exit.IsTold(err) {
			why = ""
		}
		r.Console.Info("", "the run goes on with the other hubs, and fails at its end%s", why)
	}
	return left
}

// withPutOff adds them to an error that ends the run before.
func (r *Run) withPutOff(ctx context.Context, err error) error {
	if err == nil || !GoesOn(ctx) {
		return err
	}
	return errors.Join(r.putOff.all(), err)
}
