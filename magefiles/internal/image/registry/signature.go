package registry

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
)

// A signature by cosign, as sigstore/cosign has it in specs/BUNDLE_SPEC.md: an artifact of this type that refers to the
// image, and says what it states of it. Before version 3 it was a tag beside the image: specs/SIGNATURE_SPEC.md.
const (
	bundleType   = "application/vnd.dev.sigstore.bundle"
	bundleStates = "dev.sigstore.bundle.predicateType"
	statesSigned = "https://sigstore.dev/cosign/sign/v1"
)

// Signed reports whether the registry has a signature of a hub's image, by whatever key.
func (r Registry) Signed(ctx context.Context, hub, digest string) (bool, error) {
	ref, err := r.Reference(hub, CacheTag)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	signed, err := r.signed(ctx, ref.Context().Digest(digest))
	if err != nil {
		return false, r.explain(ref, err)
	}
	return signed, nil
}

// SignedAt is Signed for an image that is named in full, by its digest, which may be in another repository.
func (r Registry) SignedAt(ctx context.Context, image string) (bool, error) {
	ref, err := name.NewDigest(image)
	if err != nil {
		return false, exit.Input("image %s: %w", image, err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	signed, err := r.signed(ctx, ref)
	if err != nil {
		return false, r.explain(ref, err)
	}
	return signed, nil
}

func (r Registry) signed(ctx context.Context, image name.Digest) (bool, error) {
	referrers, err := r.referrers(ctx, image)
	if err != nil {
		return false, err
	}
	for _, referrer := range referrers {
		states, err := referrer.Annotations[bundleStates], error(nil)
		if states == "" && strings.HasPrefix(referrer.ArtifactType, bundleType) { // the list in a tag, of a registry without a list of its own, has no annotations
			states, err = r.states(ctx, image.Context().Digest(referrer.Digest.String()))
		}
		if err != nil || states == statesSigned {
			return err == nil, err
		}
	}
	_, err = remote.Head(image.Context().Tag(signatureTag(image.DigestStr())), r.questions(ctx)...)
	if StatusOf(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// states returns what a bundle states of its subject.
func (r Registry) states(ctx context.Context, bundle name.Digest) (string, error) {
	image, err := remote.Image(bundle, r.questions(ctx)...)
	if StatusOf(err) == http.StatusNotFound {
		return "", nil // the list still names a bundle that was deleted
	}
	if err != nil {
		return "", err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return "", err
	}
	return cmp.Or(manifest.Annotations[bundleStates], "nothing"), nil
}

// signatureTag is where cosign kept the signature of a manifest before version 3.
func signatureTag(digest string) string {
	return strings.Replace(digest, ":", "-", 1) + ".sig"
}
