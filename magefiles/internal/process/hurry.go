package process

import (
	"context"
	"syscall"
)

// hurryKey is the context's key for the channel that is closed when no process may take its time to end.
type hurryKey struct{}

// WithHurry returns a context whose processes are killed with their children when hurry is closed, also those that were started
// without the cancellation of the context.
func WithHurry(ctx context.Context, hurry <-chan struct{}) context.Context {
	return context.WithValue(ctx, hurryKey{}, hurry)
}

// killInHurry kills a process group when the context's hurry begins, until end is called.
func killInHurry(ctx context.Context, group int) (end func()) {
	hurry, _ := ctx.Value(hurryKey{}).(<-chan struct{})
	ended := make(chan struct{})
	go func() {
		select {
		case <-hurry: // never, if it is nil
			_ = syscall.Kill(-group, syscall.SIGKILL)
		case <-ended:
		}
	}()
	return func() { close(ended) }
}
