package release

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/cosign"
)

// checkTarget refuses to go back to a revision whose images are no longer in the registry, or are not signed. helm puts back what
// the revision holds, so that is what is looked at: its digest, and not what the tag of its record names by now.
func (r *Releases) checkTarget(ctx context.Context, signer *cosign.Cosign, name string, target history.Revision) error {
	stored, err := r.stored(ctx, name, target.Number)
	if err != nil {
		return err
	}
	images := stored.HeldImages(r.registry.Repository(name), content.TagPattern, r.session.Config.For(name).NamePaths)
	if tag := target.Record.ImageTag; len(images) == 0 && tag != "" && tag != history.None { // a chart that names it in a way of its own
		images = []history.HeldImage{{Name: r.registry.Repository(name), Tag: tag}}
	}
	for _, image := range images {
		if err := r.checkHeld(ctx, signer, name, target, image); err != nil {
			return err
		}
	}
	return nil
}

// checkHeld is checkTarget for one image.
func (r *Releases) checkHeld(ctx context.Context, signer *cosign.Cosign, name string, target history.Revision, image history.HeldImage) error {
	digest, err := r.registry.DigestOf(ctx, image.Pinned())
	if err != nil {
		return err
	}
	if digest == "" {
		return exit.Errorf(exit.Push, "hub %s cannot go back: its image %s, which revision %d holds, is no longer in the registry", name, image.Pinned(), target.Number).
			Try("name another revision with REVISION")
	}
	recorded := history.Record{ImageTag: image.Tag, ImageDigest: history.Image(digest)}
	if image.Digest == "" && target.Record.Drifted(recorded) {
		return exit.Errorf(exit.Push, "hub %s cannot go back: revision %d names its image by tag alone, and %s is another image now than it was then", name, target.Number, image.Pinned()).
			Try("name another revision with REVISION")
	}
	return r.checkSigned(ctx, signer, name, image.Name+"@"+digest)
}
