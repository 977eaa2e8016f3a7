package release

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/cosign"
)

// checkSignature refuses to deploy an image that the key has not signed, if a key is configured.
func (r *Releases) checkSignature(ctx context.Context, signer *cosign.Cosign, name, digest string) error {
	if signer == nil || digest == "" {
		return nil
	}
	return r.checkSigned(ctx, signer, name, r.registry.Pinned(name, digest))
}

// checkSigned is checkSignature for an image in full, name@digest.
func (r *Releases) checkSigned(ctx context.Context, signer *cosign.Cosign, name, image string) error {
	if signer == nil {
		return nil
	}
	err := signer.Verify(ctx, name, image)
	switch {
	case err == nil:
		r.session.Console.Info(name, "the signature of %s is good", image)
		return nil
	case errors.Is(err, cosign.ErrUnsigned):
		return exit.Errorf(exit.Push, "hub %s cannot be deployed: %s: %w", name, image, err).
			Try("push:hub %s, with COSIGN_PRIVATE_KEY, signs it if it is what the repository says", name)
	case errors.Is(err, cosign.ErrOtherKey):
		return exit.Errorf(exit.Push, "hub %s cannot be deployed: %s: %w", name, image, err).
			Try("find out who signed it, or if the key is a new one, sign with it by REBUILD=1 and push:hub %s", name)
	}
	return fmt.Errorf("hub %s cannot be deployed: %w", name, err)
}
