package release

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/image/cosign"
)

// checkSignature refuses to deploy an image that the key has not signed, if a key is configured.
func (r *Releases) checkSignature(ctx context.Context, signer *cosign.Cosign, name, digest string) error {
	if signer == nil || digest == "" {
		return nil
	}
	image := r.registry.Pinned(name, digest)
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

// checkImage refuses to roll a hub back to an image that is no longer in the registry, or is not signed.
func (r *Releases) checkImage(ctx context.Context, signer *cosign.Cosign, name string, recorded history.Record) error {
	if recorded.ImageTag == "" || recorded.ImageTag == history.None {
		return nil
	}
	digest, err := r.registry.Digest(ctx, name, recorded.ImageTag)
	if err != nil {
		return err
	}
	if digest == "" {
		return exit.Errorf(exit.Push, "hub %s cannot go back: its image %s:%s is no longer in the registry", name, r.registry.Repository(name), recorded.ImageTag).
			Try("name another revision with REVISION, or push that content again")
	}
	return r.checkSignature(ctx, signer, name, digest)
}
