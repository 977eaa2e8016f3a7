package release

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/lock"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// lockedToDeploy is locked for a deploy, which marks the namespace as this repository's, and makes it if it is not there.
func (r *Releases) lockedToDeploy(ctx context.Context, at layout.Address, pass plan.Pass, do func(ctx context.Context) error) error {
	here, err := r.surveyor.Here(ctx)
	if err != nil {
		return err
	}
	return r.lockedAs(ctx, at, pass, here.Mark(), do)
}

// locked runs do while it holds the lock of the hub that the pass is for: all that changes a hub goes through here. Another run may have
// held it until now, so do must read the release again.
func (r *Releases) locked(ctx context.Context, at layout.Address, pass plan.Pass, do func(ctx context.Context) error) error {
	return r.lockedAs(ctx, at, pass, "", do)
}

func (r *Releases) lockedAs(ctx context.Context, at layout.Address, pass plan.Pass, mark string, do func(ctx context.Context) error) error {
	if err := pass.For(at.Hub); err != nil {
		return err
	}
	if err := r.surveyor.CheckPlace(ctx, at); err != nil {
		return err
	}
	ctx, held, err := lock.Take(ctx, r.kube.Server, lock.Request{
		At: at, Holder: r.holder(), Mark: mark, Limit: r.session.Config.LockTimeout,
		Waiting: func(holder string) { r.session.Console.Note(at.Hub, "waiting for another run: %s", holder) },
	})
	if err != nil {
		return err
	}
	defer held.Unlock(ctx)
	err = do(ctx)
	if err != nil && errors.Is(context.Cause(ctx), lock.ErrTaken) {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w: this one gave no sign of life for too long", at.Hub, lock.ErrTaken))
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
