package onehub

import (
	"context"

	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/ui"
)

// Rollback returns a hub to the last revision that was healthy, or to the one that REVISION names, after showing what
// that changes.
func Rollback(ctx context.Context, name string) error {
	r := run.Of(ctx)
	pass, err := r.Enter(ctx, "rollback", name)
	if err != nil {
		return err
	}
	return r.OnReleasesOf(ctx, name, func(releases *release.Releases) error {
		defer r.Console.Beat(ui.Heartbeat, "rolling back")()
		return releases.Rollback(ctx, pass, r.Config.Revision)
	})
}
