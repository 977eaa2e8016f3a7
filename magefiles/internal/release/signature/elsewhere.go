package signature

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/layout"
)

// CheckElsewhere makes sure that an image, named with its digest, is signed by who signs it elsewhere, if images need signatures: by the
// key that hubops.yaml names for it, or else by that of the repository's own images. Such a signature says nothing of a hub. said is what
// counts of what hubops.yaml says of the image.
func (c *Checker) CheckElsewhere(ctx context.Context, signer *cosign.Cosign, name string, said layout.Elsewhere, pinned string) error {
	if signer == nil {
		return nil
	}
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
	if err := by.VerifyAnySubject(ctx, name, pinned); err != nil {
		return fmt.Errorf("%s: %w", pinned, err)
	}
	c.console.Info(name, "the signature of %s is good", pinned)
	return nil
}
