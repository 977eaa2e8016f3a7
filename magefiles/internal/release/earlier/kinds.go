package earlier

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/removed"
	"hub-ops/magefiles/internal/layout"
)

// checkKinds refuses to go back to a revision with objects of APIs that the cluster has no longer.
func (c *Checker) checkKinds(ctx context.Context, at layout.Address, stored history.Stored, target int) error {
	objects, err := stored.Objects(at.Namespace)
	if err != nil {
		return err
	}
	uses, err := c.kube.Unknown(ctx, objects)
	if err != nil {
		return err
	}
	text := removed.Sentence(uses)
	if text == "" {
		return nil
	}
	version, err := c.kube.Version(ctx)
	if err != nil {
		return err
	}
	return exit.Errorf(exit.Helm, "hub %s cannot go back: revision %d was %w than %s: %s", at.Hub, target, removed.ErrOutdated, version, text).Try("name another revision with REVISION")
}
