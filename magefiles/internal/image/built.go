package image

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// Built is what is known of an image before it is pushed; of several platforms, one of each.
type Built struct {
	Config v1.Config
	Size   int64 // bytes of all layers, compressed; 0 if they are not compressed yet
}

// Built asks the engine.
func (c *cli) Built(ctx context.Context, reference string) ([]Built, error) {
	const asked = `{"User":{{json .Config.User}},"ExposedPorts":{{json .Config.ExposedPorts}}}`
	out, err := c.output(ctx, "image", "inspect", "--format", asked, reference)
	if err != nil {
		return nil, err
	}
	var built Built
	if err := json.Unmarshal([]byte(out), &built.Config); err != nil {
		return nil, fmt.Errorf("reading what %s says of %s: %w", c.program, reference, err)
	}
	return []Built{built}, nil
}

// Built reads the layout.
func (k *BuildKit) Built(_ context.Context, reference string) ([]Built, error) {
	index, err := layout.ImageIndexFromPath(k.layoutOf(reference))
	if err != nil {
		return nil, fmt.Errorf("reading what BuildKit made: %w", err)
	}
	built, err := inspectIndex(index)
	if err != nil {
		return nil, fmt.Errorf("reading what BuildKit made: %w", err)
	}
	return built, nil
}

// inspectIndex walks down to the images. BuildKit's attestations lie beside them, as images of an unknown platform.
func inspectIndex(index v1.ImageIndex) ([]Built, error) {
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var all []Built
	for _, child := range manifest.Manifests {
		switch {
		case child.Platform != nil && child.Platform.OS == "unknown":
		case child.MediaType.IsIndex():
			below, err := index.ImageIndex(child.Digest)
			if err != nil {
				return nil, err
			}
			built, err := inspectIndex(below)
			if err != nil {
				return nil, err
			}
			all = append(all, built...)
		case child.MediaType.IsImage():
			image, err := index.Image(child.Digest)
			if err != nil {
				return nil, err
			}
			built, err := inspectImage(image)
			if err != nil {
				return nil, err
			}
			all = append(all, built)
		}
	}
	return all, nil
}

func inspectImage(image v1.Image) (Built, error) {
	configuration, err := image.ConfigFile()
	if err != nil {
		return Built{}, err
	}
	manifest, err := image.Manifest()
	if err != nil {
		return Built{}, err
	}
	built := Built{Config: configuration.Config}
	for _, layer := range manifest.Layers {
		built.Size += layer.Size
	}
	return built, nil
}
