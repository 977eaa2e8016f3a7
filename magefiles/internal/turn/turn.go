// Package turn has runs take turns at what only one may do at a time. Whoever waits says so, and goes on saying it: CI systems end a job that
// is silent. A file goes in, which is locked and stays; what ends the turn comes out. The system ends it too, with the process.
package turn

import (
	"context"
	"fmt"
	"time"

	"github.com/gofrs/flock"

	"hub-ops/magefiles/internal/ui"
)

// Take waits until no other run has the file locked. others is what another run may be doing: "makes the same image". The error says that too.
func Take(ctx context.Context, console *ui.Console, file, others string) (end func(), err error) {
	lock := flock.New(file)
	if free, err := lock.TryLock(); err == nil && !free {
		console.Info("", "another run %s: waiting for it", others)
		defer console.Beat(ui.Heartbeat, "waiting for another run, which "+others)()
	}
	if _, err := lock.TryLockContext(ctx, time.Second/5); err != nil {
		return nil, fmt.Errorf("waiting for another run that %s: %w", others, err)
	}
	return func() { _ = lock.Unlock() }, nil
}
