package signature

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/layout"
)

// CheckElsewhere makes sure that an image with a digest is signed by who signs it elsewhere, if images need signatures: by the key that hubops.yaml
// names for it, or else by that of the repository's own images, which must have signed it as the image of this name. said is what counts of what
// hubops.yaml says of the image.
func (c *Checker) CheckElsewhere(ctx context.Context, signer *cosign.Cosign, name string, said layout.Elsewhere, image history.HeldImage) error {
	if signer == nil {
		return nil
	}
	pinned := image.Pinned()
	if said.Unsigned {
		c.console.Info(name, "no signature is asked of %s, as hubops.yaml says", pinned)
		return nil
	}
	by := signer
	if said.SignedBy != "" {
		key, err := cosign.NewKey(said.SignedBy, c.root, "COSIGN_KEY_ELSEWHERE")
		if err != nil {
			return exit.Input("images: the cosign_key of %s: %w", said.From, err)
		}
		by = signer.VerifyingBy(key)
	}
	verify := by.VerifyAnySubject
	if said.SignedBy == "" || c.registry.Template != "" && by.Public.Same(signer.Public) { // without images of its own the repository has no key of its own
		verify = by.VerifyPlace
	}
	if err := verify(ctx, wantedElsewhere(name, image), pinned); err != nil {
		return fmt.Errorf("%s: %w", pinned, err)
	}
	c.console.Info(name, "the signature of %s is good", pinned)
	return nil
}

// wantedElsewhere is what an own signature of an image must be about: of one that is named by its digest alone, whatever tag it has.
func wantedElsewhere(name string, image history.HeldImage) cosign.Subject {
	want := cosign.Subject{Hub: name, Repository: image.Name, Tag: image.Tag}
	if strings.HasPrefix(image.Tag, "sha256-") {
		want.Tag = ""
	}
	return want
}
