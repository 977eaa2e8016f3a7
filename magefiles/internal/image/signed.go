package image

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/prune"
)

// A signature by cosign, as sigstore/cosign has it in specs/BUNDLE_SPEC.md: an artifact of this type that refers to the
// image, and says what it states of it. Before version 3 it was a tag beside the image: specs/SIGNATURE_SPEC.md.
const (
	bundleType   = "application/vnd.dev.sigstore.bundle"
	bundleStates = "dev.sigstore.bundle.predicateType"
	statesSigned = "https://sigstore.dev/cosign/sign/v1"
)

// Pinned names a hub's image by its digest.
func (r Registry) Pinned(hub, digest string) string { return r.Repository(hub) + "@" + digest }

// Signed reports whether the registry has a signature of a hub's image, by whatever key.
func (r Registry) Signed(ctx context.Context, hub, digest string) (bool, error) {
	ref, err := r.Reference(hub, cacheTag)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	signed, err := r.signed(ctx, ref.Context().Digest(digest))
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
		if states == "" && strings.HasPrefix(referrer.ArtifactType, bundleType) { // as in the tag that stands in for a registry's own list
			states, err = r.states(ctx, image.Context().Digest(referrer.Digest.String()))
		}
		if err != nil || states == statesSigned {
			return err == nil, err
		}
	}
	_, err = remote.Head(image.Context().Tag(signatureTag(image.DigestStr())), r.options(ctx)...)
	if statusOf(err) == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// referrers lists what refers to a manifest. A registry without such a list keeps one in a tag: go-containerregistry knows it.
func (r Registry) referrers(ctx context.Context, manifest name.Digest) ([]v1.Descriptor, error) {
	index, err := remote.Referrers(manifest, r.options(ctx)...)
	if err != nil {
		return nil, err
	}
	list, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	return list.Manifests, nil
}

// addReferrers adds what refers to the manifests that a tag leads to.
func (r Registry) addReferrers(ctx context.Context, ref name.Tag, described *prune.Tag) error {
	for _, digest := range append([]string{described.Digest}, described.Children...) {
		referrers, err := r.referrers(ctx, ref.Context().Digest(digest))
		if err != nil {
			return err
		}
		for _, referrer := range referrers {
			described.Referrers = append(described.Referrers, referrer.Digest.String())
		}
	}
	return nil
}

// attachedTag is how tags are called that are about another manifest: opencontainers/distribution-spec, "Referrers Tag
// Schema", and what cosign made before version 3.
var attachedTag = regexp.MustCompile(`^sha256-([0-9a-f]{64})(\.(sig|att|sbom))?$`)

// aboutWhat returns the digest of the manifest that a tag is about, by its name; "" if it is an image's own.
func aboutWhat(tag string) string {
	if found := attachedTag.FindStringSubmatch(tag); found != nil {
		return "sha256:" + found[1]
	}
	return ""
}

// states returns what a bundle states of its subject.
func (r Registry) states(ctx context.Context, bundle name.Digest) (string, error) {
	image, err := remote.Image(bundle, r.options(ctx)...)
	if statusOf(err) == http.StatusNotFound {
		return "", nil // the list is older than that
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
