package release

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
)

// checkPlatform refuses an image that no node of the cluster can run: its pods would be scheduled, and never start.
func (d *deploy) checkPlatform(ctx context.Context, image hub.Image, fact plan.ImageFacts) error {
	nodes := d.found.Fleet.Nodes
	if len(nodes) == 0 || !d.settings.Checks || fact.Digest == "" {
		return nil
	}
	platforms, err := d.registry.PlatformsOf(ctx, image.In(d.registry.Repository)+"@"+fact.Digest)
	if err != nil {
		return exit.With(exit.Setup, fmt.Errorf("hub %s: %w", d.hub.Name, err))
	}
	able, _ := nodes.Able(platforms)
	if able > 0 || len(platforms) == 0 {
		return nil
	}
	refused := exit.Input("hub %s cannot be deployed: its image %s is for %s, and no node of the cluster can run that: they are %s",
		d.hub.Name, fact.Tag, strings.Join(platforms, ", "), nodes)
	if image.BuiltElsewhere() {
		return refused.Try("name an image for such nodes in %s, or set DEPLOY_CHECKS=0 if such nodes are still to come", image.At)
	}
	if wanted := d.found.Content(image).BuiltFor(); !slices.Equal(wanted, platforms) {
		return refused.Try("push it again with REBUILD=1, for %s", strings.Join(wanted, ", "))
	}
	return refused.Try("name those in image.platforms and push again, or set DEPLOY_CHECKS=0 if such nodes are still to come")
}
