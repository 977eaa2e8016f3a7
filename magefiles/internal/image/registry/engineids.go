package registry

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// EngineIDs returns the IDs under which an engine can keep a hub's image of that digest, of any platform: its digest, and that of its configuration.
// Both follow from all that it holds.
func (r Registry) EngineIDs(ctx context.Context, hub, digest string) ([]string, error) {
	ref, err := name.NewDigest(r.Pinned(hub, digest))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	descriptor, err := remote.Get(ref, r.questions(ctx)...)
	if err != nil {
		return nil, r.explain(ref, err)
	}
	if !descriptor.MediaType.IsIndex() {
		image, err := descriptor.Image()
		if err != nil {
			return nil, err
		}
		return idsOf(ref, []v1.Image{image}, []string{digest})
	}
	index, entries, err := ofPlatforms(descriptor)
	if err != nil {
		return nil, err
	}
	ids, images := []string{digest}, []v1.Image(nil)
	for _, entry := range entries {
		if !entry.MediaType.IsImage() {
			continue
		}
		image, err := index.Image(entry.Digest)
		if err != nil {
			return nil, r.explain(ref, err)
		}
		ids, images = append(ids, entry.Digest.String()), append(images, image)
	}
	return idsOf(ref, images, ids)
}

// idsOf adds the digests of the configurations.
func idsOf(ref name.Digest, images []v1.Image, ids []string) ([]string, error) {
	for _, image := range images {
		configuration, err := image.ConfigName()
		if err != nil {
			return nil, fmt.Errorf("reading the manifest of %s: %w", ref, err)
		}
		ids = append(ids, configuration.String())
	}
	return ids, nil
}
