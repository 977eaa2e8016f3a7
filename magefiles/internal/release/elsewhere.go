package release

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
)

// digestElsewhere asks for an image that is built elsewhere. It is "" for one that is taken by its tag, because its registry cannot be asked and
// no node of a sandbox pulls it.
func (d *deploy) digestElsewhere(ctx context.Context, image hub.Image, fact plan.ImageFacts) (string, error) {
	digest, err := d.registry.DigestOf(ctx, image.From)
	switch {
	case err != nil && fact.Assumed && ctx.Err() == nil:
		d.session.Console.Info(d.hub.Name, "%s: images.%s: %s is taken by its name: %v", image.At, image.Key, image.From, err)
		_, _, named := image.Parts()
		return named, nil
	case err != nil:
		return "", fmt.Errorf("hub %s cannot be deployed: %s: images.%s: whether %s is there is not known: %w", d.hub.Name, image.At, image.Key, image.From, err)
	case digest == "":
		return "", exit.Errorf(exit.Push, "hub %s cannot be deployed: %s: images.%s: %s is not in its registry", d.hub.Name, image.At, image.Key, image.From).
			Try("name an image that is there")
	}
	return digest, nil
}
