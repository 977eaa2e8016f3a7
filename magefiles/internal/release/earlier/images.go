package earlier

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
)

// Check refuses to go back to a revision whose images are no longer in the registry, or are not signed, or whose kinds are gone. helm puts back what
// the revision holds, so that is what is looked at: its digest, and not what the tag of its record names by now.
func (c *Checker) Check(ctx context.Context, signer *cosign.Cosign, at layout.Address, target history.Revision) error {
	stored, err := c.revisions.Read(ctx, at, target.Number)
	if err != nil {
		return err
	}
	if err := c.checkKinds(ctx, at, stored, target.Number); err != nil {
		return err
	}
	elsewhere := c.heldElsewhere(c.hubHere(ctx, at.Hub), target, stored)
	for _, image := range elsewhere {
		if err := c.checkHeldElsewhere(ctx, signer, at, target, image); err != nil {
			return err
		}
	}
	for _, image := range c.held(ctx, at, target, stored) {
		if slices.ContainsFunc(elsewhere, func(other keyed) bool { return other.HeldImage == image }) {
			continue
		}
		if image.Name == "" {
			return c.registry.CheckNamed(image.Tag)
		}
		if err := c.checkHeld(ctx, signer, at, target, image); err != nil {
			return err
		}
	}
	return nil
}

// checkHeld is Check for one image.
func (c *Checker) checkHeld(ctx context.Context, signer *cosign.Cosign, at layout.Address, target history.Revision, image history.HeldImage) error {
	digest, err := c.registry.DigestOf(ctx, image.Pinned())
	elsewhere := c.elsewhere(ctx, at.Hub, image)
	switch {
	case elsewhere && errors.Is(err, registry.ErrRefused):
		c.session.Console.Info(at.Hub, "whether %s, which revision %d holds, is still there cannot be told: %v", image.Pinned(), target.Number, err)
		return nil // nodes may have a login of their own for it
	case err != nil:
		return err
	}
	if digest == "" {
		return exit.Errorf(exit.Push, "hub %s cannot go back: its image %s, which revision %d holds, is no longer in the registry", at.Hub, image.Pinned(), target.Number).
			Try("name another revision with REVISION")
	}
	if was := target.Record.DigestOf(image.Tag); image.Digest == "" && was != "" && !history.SameImage(was, digest) {
		return exit.Errorf(exit.Push, "hub %s cannot go back: revision %d names its image by tag alone, and %s is another image now than it was then", at.Hub, target.Number, image.Pinned()).
			Try("name another revision with REVISION")
	}
	if elsewhere {
		return nil
	}
	signed := history.HeldImage{Name: image.Name, Tag: cmp.Or(image.Tag, target.Record.ImageTag), Digest: digest}
	if err = c.signatures.Check(ctx, signer, at.Hub, signed, target); cosign.Unsigned(err) {
		return exit.Errorf(exit.Push, "hub %s cannot go back to revision %d: %w", at.Hub, target.Number, err).
			Try("name another revision with REVISION, or revert the commit: what is built for that is signed")
	}
	return err
}

// ownTag matches the tags that this tool gives.
var ownTag = regexp.MustCompile(`^(` + content.TagPattern + `)$`)

// elsewhere reports whether an image is built elsewhere: the hub has none of its own in the repository, and neither its name nor its tag is
// like one. No deploy asks for its signature either.
func (c *Checker) elsewhere(ctx context.Context, name string, image history.HeldImage) bool {
	hubs, err := c.surveyor.Hubs(ctx, name)
	return err == nil && hubs[0].Main().Name == "" && !ownTag.MatchString(image.Tag) &&
		!slices.ContainsFunc(c.surveyor.ImagesOf(ctx, name), func(i hub.Image) bool { return c.registry.Repository(i.Name) == image.Name })
}
