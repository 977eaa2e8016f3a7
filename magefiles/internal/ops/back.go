package ops

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/hub"
)

// back returns a hub, whose deploy has failed, to the last revision that was healthy, if ROLLBACK=1 asks for that. The
// deploy has failed all the same.
func (d *deployment) back(ctx context.Context, h hub.Hub) error {
	if !d.Config.Rollback || ctx.Err() != nil {
		return nil
	}
	release, err := d.kube.Release(ctx, h.Name)
	if err != nil {
		return err
	}
	target := release.Healthy(release.Newest().Number)
	if target.Number == 0 {
		d.Console.Problem(h.Name, "no earlier revision was healthy: there is nothing to go back to")
		return nil
	}
	if err := d.imageIsThere(ctx, h.Name, target.Record); err != nil {
		return err
	}
	_, err = d.changeAndWatch(ctx, d.watch, d.kube, h, func(ctx context.Context) error {
		return d.helm.Rollback(ctx, h.Name, target.Number, true, d.Config.Timeout)
	})
	if err != nil {
		return fmt.Errorf("going back to revision %d: %w", target.Number, err)
	}
	d.Console.Problem(h.Name, "rolled back to revision %d, of commit %s", target.Number, target.Record.Commit)
	return nil
}
