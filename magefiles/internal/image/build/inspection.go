package build

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/engine"
)

// Built is what is known of an image before it is pushed; of several platforms, one of each.
type Built struct {
	Config v1.Config
	Size   int64 // bytes of all layers, compressed; 0 if they are not compressed yet
	// Counted is how many bytes an engine counts for the image, unpacked; 0 if it is in none.
	Counted int64
}

// Built asks the engine.
func (d *Docker) Built(ctx context.Context, reference string) ([]Built, error) {
	return builtIn(ctx, &d.CLI, reference)
}

// Built asks podman.
func (p *Podman) Built(ctx context.Context, reference string) ([]Built, error) {
	return builtIn(ctx, &p.CLI, reference)
}

func builtIn(ctx context.Context, c *engine.CLI, reference string) ([]Built, error) {
	const asked = `{"User":{{json .Config.User}},"ExposedPorts":{{json .Config.ExposedPorts}},"Size":{{json .Size}}}`
	out, err := c.Output(ctx, "image", "inspect", "--format", asked, reference)
	if err != nil {
		return nil, err
	}
	var said struct {
		v1.Config
		Size int64
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		return nil, fmt.Errorf("reading what %s says of %s: %w", c.Program, reference, err)
	}
	return []Built{{Config: said.Config, Counted: said.Size}}, nil
}

// Built reads the layout.
func (k *BuildKit) Built(_ context.Context, reference string) ([]Built, error) {
	layout, err := k.layouts().Open(reference)
	if err != nil {
		return nil, err
	}
	var all []Built
	for _, image := range layout.Images() {
		built, err := builtFrom(image)
		if err != nil {
			return nil, fmt.Errorf("reading what BuildKit made: %w", err)
		}
		all = append(all, built)
	}
	return all, nil
}

func builtFrom(image v1.Image) (Built, error) {
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
