package registry

import (
	"context"
	"regexp"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/prune"
)

// referrers lists what refers to a manifest. A registry without such a list keeps one in a tag: go-containerregistry knows it.
func (r Registry) referrers(ctx context.Context, manifest name.Digest) ([]v1.Descriptor, error) {
	index, err := remote.Referrers(manifest, r.questions(ctx)...)
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
