package earlier

import (
	"context"
	"errors"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
)

// anyRepository matches a repository of images, with or without its registry.
const anyRepository = `[A-Za-z0-9][A-Za-z0-9._-]*(?::[0-9]+)?(?:/[a-z0-9][a-z0-9._-]*)*`

// keyed is an image that a revision holds, with its key in the section images.
type keyed struct {
	history.HeldImage
	key string
}

// heldElsewhere lists the images of a revision that were built elsewhere: those which it records by their digests, and which are in no
// repository of this one's images. h is the hub as it is here.
func (c *Checker) heldElsewhere(h hub.Hub, target history.Revision, stored history.Stored) []keyed {
	var found []keyed
	for _, key := range target.Record.Images.Keys() {
		was := target.Record.Image(key)
		if ownTag.MatchString(was.Tag) {
			continue // it was built here
		}
		to := h.Targets(h.Image(key), hub.Targets{})
		for _, image := range union(stored.GivenImages(to.Names, to.Tags), stored.HeldReferences(anyRepository)) {
			one := keyed{image, key}
			if image.Tag != "" && history.SameImage(was.Digest, image.Digest) && c.registry.NameIn(image.Name) == "" && !slices.Contains(found, one) {
				found = append(found, one)
			}
		}
	}
	return found
}

// hubHere is a hub as the repository has it; one without anything if it has none.
func (c *Checker) hubHere(ctx context.Context, name string) hub.Hub {
	hubs, err := c.surveyor.Hubs(ctx, name)
	if err != nil {
		return hub.Hub{Name: name}
	}
	return hubs[0]
}

// checkHeldElsewhere refuses to go back to a revision with an image that was built elsewhere, and that is no longer there or, where images need
// signatures, is signed by nobody who counts. What counts is what hubops.yaml says of the image now.
func (c *Checker) checkHeldElsewhere(ctx context.Context, signer *cosign.Cosign, at layout.Address, target history.Revision, image keyed) error {
	digest, err := c.registry.DigestOf(ctx, image.Pinned())
	switch {
	case errors.Is(err, registry.ErrRefused):
		c.session.Console.Info(at.Hub, "whether %s, which revision %d holds, is still there cannot be told: %v", image.Pinned(), target.Number, err)
	case err != nil:
		return err
	case digest == "":
		return exit.Errorf(exit.Push, "hub %s cannot go back: its image %s, which revision %d holds, is no longer in its registry", at.Hub, image.Pinned(), target.Number).
			Try("name another revision with REVISION")
	}
	said := layout.Elsewhere{From: image.Pinned()}
	if now := c.hubHere(ctx, at.Hub).Image(image.key); signer != nil && now.BuiltElsewhere() && now.Name == image.Name {
		if said, err = c.surveyor.Vouched(ctx, at.Hub, now); err != nil {
			return err
		}
	}
	err = c.signatures.CheckElsewhere(ctx, signer, at.Hub, said, image.HeldImage)
	if cosign.Unsigned(err) {
		return exit.Errorf(exit.Push, "hub %s cannot go back to revision %d: images.%s: %w", at.Hub, target.Number, image.key, err).
			Try("name another revision with REVISION")
	}
	return err
}
