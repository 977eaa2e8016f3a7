package release

import (
	"context"
	"errors"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/plan"
)

// checkVouched refuses images that nobody vouches for: one that the key has not signed for this hub and tag, if a key is configured, or else
// one that has taken the place of what was deployed. The registry was asked again after the plan was made, so this is asked again too.
func (d *deploy) checkVouched(ctx context.Context) error {
	for i, image := range d.facts.Images {
		if image.Base {
			continue
		}
		if doubt := plan.Doubt(d.found.Facts, image); doubt != "" {
			return exit.Errorf(exit.Push, "hub %s is not deployed: %s", d.hub.Name, doubt)
		}
		if image.BuiltElsewhere() {
			if err := d.checkSignedElsewhere(ctx, d.hub.Images[i], image); err != nil {
				return err
			}
			continue
		}
		if err := d.checkImageSigned(ctx, image); err != nil {
			return err
		}
	}
	return nil
}

// checkSignedElsewhere is checkImageSigned for an image that is built elsewhere.
func (d *deploy) checkSignedElsewhere(ctx context.Context, image hub.Image, fact plan.ImageFacts) error {
	err := d.signatures.CheckElsewhere(ctx, d.signer, d.hub.Name, fact.Elsewhere.Elsewhere, history.HeldImage{Name: image.Name, Tag: fact.Tag, Digest: fact.Digest})
	if !cosign.Unsigned(err) {
		return err
	}
	return exit.Errorf(exit.Push, "hub %s cannot be deployed: %s: images.%s: %w", d.hub.Name, image.At, image.Key, err).
		Try("name the key of who signs it, in images.%s.cosign_key of the owning branch, or say there that it needs no signature: images.%s.unsigned: true", image.Key, image.Key)
}

func (d *deploy) checkImageSigned(ctx context.Context, fact plan.ImageFacts) error {
	name, image := d.hub.Name, history.HeldImage{Name: d.registry.Repository(fact.Name), Tag: fact.Tag, Digest: fact.Digest}
	err := d.signatures.Check(ctx, d.signer, name, image, fact.Last)
	if !cosign.Unsigned(err) {
		return err
	}
	refused := exit.Errorf(exit.Push, "hub %s cannot be deployed: %w", name, err)
	const anew = "builds, pushes and signs it anew"
	switch {
	case errors.Is(err, cosign.ErrOtherKey):
		return refused.Try("find out who signed it, or if the key is a new one, sign with it by REBUILD=1 and push:hub %s", name)
	case errors.Is(err, cosign.ErrUnsigned), errors.Is(err, cosign.ErrUnbound):
		return refused.Try("REBUILD=1 and push:hub %s, with COSIGN_PRIVATE_KEY, %s", name, anew)
	}
	return refused.Try("find out who put it there; REBUILD=1 and push:hub %s, with COSIGN_PRIVATE_KEY, %s", name, anew)
}
