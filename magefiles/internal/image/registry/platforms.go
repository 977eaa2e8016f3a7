package registry

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Platforms returns what a hub's image in the registry can run on, as linux/amd64 or linux/arm64/v8: one of an image, several of an index, none where it does not say.
func (r Registry) Platforms(ctx context.Context, hub, digest string) ([]string, error) {
	return r.PlatformsOf(ctx, r.Pinned(hub, digest))
}

// PlatformsOf is Platforms for an image that is named in full, by its digest, which may be in another repository.
func (r Registry) PlatformsOf(ctx context.Context, image string) ([]string, error) {
	ref, err := name.NewDigest(image)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	descriptor, err := remote.Get(ref, r.questions(ctx)...)
	if err != nil {
		return nil, fmt.Errorf("asking for the platforms of %s: %w", ref, err)
	}
	var platforms []string
	if !descriptor.MediaType.IsIndex() {
		image, err := descriptor.Image()
		if err != nil {
			return nil, err
		}
		configuration, err := image.ConfigFile()
		if err != nil {
			return nil, err
		}
		if configuration.OS == "" || configuration.Architecture == "" { // it does not say
			return nil, nil
		}
		return append(platforms, configuration.Platform().String()), nil
	}
	_, entries, err := ofPlatforms(descriptor)
	for _, entry := range entries {
		platforms = append(platforms, entry.Platform.String())
	}
	return platforms, err
}

// ofPlatforms returns an index, and those of its entries that are of a platform: attestations are of none.
func ofPlatforms(descriptor *remote.Descriptor) (v1.ImageIndex, []v1.Descriptor, error) {
	index, err := descriptor.ImageIndex()
	if err != nil {
		return nil, nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, nil, err
	}
	entries := slices.DeleteFunc(slices.Clone(manifest.Manifests), func(entry v1.Descriptor) bool { return entry.Platform == nil || entry.Platform.OS == "unknown" })
	return index, entries, nil
}
