package release

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/lock"
)

// locked runs do while it holds the lock of the hub. Another run may have held it until now, so do must read the release again.
func (r *Releases) locked(ctx context.Context, name string, do func(ctx context.Context) error) error {
	ctx, held, err := lock.Take(ctx, r.kube.Server, name, r.holder(), r.session.Config.LockTimeout, func(holder string) {
		r.session.Console.Info(name, "waiting for another run: %s", holder)
	})
	if err != nil {
		return err
	}
	defer held.Unlock(ctx)
	err = do(ctx)
	if err != nil && errors.Is(context.Cause(ctx), lock.ErrTaken) {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w: this one gave no sign of life for too long", name, lock.ErrTaken))
	}
	return err
}

// holder names this run in the lock: readable for people, and different from the name of every other run.
func (r *Releases) holder() string {
	name := r.session.Name()
	if page := r.session.Config.BuildPage; page != "" {
		name += " (" + page + ")"
	}
	return name + " " + rand.Text()[:8]
}
