package ops

import (
	"context"

	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/ui"
)

// RollbackHub returns a hub to the last revision that was healthy, or to the one that REVISION names, after showing what
// that changes.
func RollbackHub(ctx context.Context, name string) error {
	r := runOf(ctx)
	pass, err := r.enter(ctx, "rollback", name)
	if err != nil {
		return err
	}
	return r.onReleasesOf(ctx, name, func(releases *release.Releases) error {
		defer r.Console.Beat(ui.Heartbeat, "rolling back")()
		return releases.Rollback(ctx, pass, r.Config.Revision)
	})
}
