package ops

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/release"
)

// RemoveHub takes a hub from the cluster. Its claims and its namespace stay, unless DELETE_DATA names the hub.
func RemoveHub(ctx context.Context, name string) error {
	r := runOf(ctx)
	data := release.KeepData
	switch r.Config.DeleteData {
	case "":
	case name:
		data = release.DeleteData
	default:
		return exit.Input("DELETE_DATA=%s, and the hub to remove is %s: nothing was done", r.Config.DeleteData, name)
	}
	pass, err := r.enter(ctx, "remove", name)
	if err != nil {
		return err
	}
	return r.onReleasesOf(ctx, name, func(releases *release.Releases) error { return releases.Remove(ctx, pass, data) })
}
