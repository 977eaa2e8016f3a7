package onehub

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/release"
)

// Remove takes a hub from the cluster. Its claims and its namespace stay, unless DELETE_DATA names the hub.
func Remove(ctx context.Context, name string) error {
	r := run.Of(ctx)
	data := release.KeepData
	switch r.Config.DeleteData {
	case "":
	case name:
		data = release.DeleteData
	default:
		return exit.Input("DELETE_DATA=%s, and the hub to remove is %s: nothing was done", r.Config.DeleteData, name)
	}
	pass, err := r.Enter(ctx, "remove", name)
	if err != nil {
		return err
	}
	return r.OnReleasesOf(ctx, name, func(releases *release.Releases) error { return releases.Remove(ctx, pass, data) })
}
