// Package signature makes sure that an image is signed for the hub that is to run it. Package release calls it: before a deploy, and before
// the way back to an earlier revision.
package signature

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// Checker looks at the signatures in a registry.
type Checker struct {
	console  *ui.Console
	surveyor *survey.Surveyor
	registry registry.Registry
	root     string // of the repository, in which keys can be files
}

// New returns what looks at signatures. Nothing is asked yet.
func New(s *session.Session, surveyor *survey.Surveyor, images registry.Registry) *Checker {
	return &Checker{console: s.Console, surveyor: surveyor, registry: images, root: s.Config.Root}
}

// Check makes sure that an image is signed as the image of this hub, repository and tag, if a key is configured. Signatures of earlier versions
// say none of that: such an image counts where a revision of this hub records that it had just this image under this tag.
func (c *Checker) Check(ctx context.Context, signer *cosign.Cosign, name string, image history.HeldImage, recorded history.Revision) error {
	if signer == nil {
		return nil
	}
	console, pinned := c.console, image.Name+"@"+image.Digest
	signed, err := signer.Verify(ctx, pinned, cosign.Subject{Hub: c.imageIn(ctx, name, image.Name), Repository: image.Name, Tag: image.Tag})
	was := recorded.Record
	switch {
	case err == nil:
		console.Info(name, "the signature of %s is good: %s", pinned, signed)
		return nil
	case errors.Is(err, cosign.ErrUnbound) && was.ImageTag == image.Tag && was.ImageDigest == history.Image(image.Digest):
		console.Info(name, "the signature of %s is good; it names no hub and no tag, and revision %d records them", pinned, recorded.Number)
		return nil
	case errors.Is(err, cosign.ErrUnbound):
		return fmt.Errorf("%s: %w, and no revision of the hub had it as %s", pinned, err, image.Tag)
	case cosign.Unsigned(err):
		return fmt.Errorf("%s: %w", pinned, err)
	}
	return fmt.Errorf("hub %s: %w", name, err)
}

// imageIn is the name of the image in a repository: that of the hub's own where the repository is another one by now.
func (c *Checker) imageIn(ctx context.Context, hub, repository string) string {
	images := c.surveyor.ImagesOf(ctx, hub)
	for _, image := range images {
		if image.In(c.registry.Repository) == repository {
			return image.Name
		}
	}
	if name := c.registry.NameIn(repository); name != "" {
		return name
	}
	return images[0].Name
}
