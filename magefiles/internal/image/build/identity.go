package build

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/image/engine"
)

// ErrAnother is why nothing was run in an image: its reference names another one by now.
var ErrAnother = errors.New("it names another image by now than the one that was built")

// ID asks the engine.
func (d *Docker) ID(ctx context.Context, reference string) (string, error) {
	return idIn(ctx, &d.CLI, reference)
}

// ID asks podman.
func (p *Podman) ID(ctx context.Context, reference string) (string, error) {
	return idIn(ctx, &p.CLI, reference)
}

// ID looks at the layout.
func (k *BuildKit) ID(_ context.Context, reference string) (string, error) {
	_, digest, made := k.layouts().Find(reference)
	if !made {
		return "", fmt.Errorf("there is no image %s", reference)
	}
	return digest, nil
}

func idIn(ctx context.Context, c *engine.CLI, reference string) (string, error) {
	image, err := c.Inspect(ctx, reference)
	return WithAlgorithm(image.ID), err
}

// WithAlgorithm is the ID of an image as Docker writes it; podman leaves the algorithm out.
func WithAlgorithm(id string) string {
	const algorithm = "sha256:"
	return algorithm + strings.TrimPrefix(id, algorithm)
}

// checkID refuses another image than the one that is to be tried.
func (t Trial) checkID(id string) error {
	if t.ID != "" && t.ID != id {
		return fmt.Errorf("%s: %w", t.Reference, ErrAnother)
	}
	return nil
}
