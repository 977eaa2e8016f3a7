package engine

import (
	"context"
	"encoding/json"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Inspected is what an engine tells of an image: docs.docker.com/reference/api/engine, "Inspect an image".
type Inspected struct {
	ID           string
	OS           string
	Architecture string
	DiffIDs      []v1.Hash
	Labels       map[string]string
	Volumes      map[string]struct{}
	Storage      driver
}

// driver is the storage driver that keeps an image, and where.
type driver struct {
	Name string
	Data map[string]string
}

// inspection asks for it in JSON. The whole answer has not the same form everywhere.
const inspection = `{"ID":{{json .ID}},"OS":{{json .Os}},"Architecture":{{json .Architecture}},"DiffIDs":{{json .RootFS.Layers}},` +
	`"Labels":{{json .Config.Labels}},"Volumes":{{json .Config.Volumes}},"Storage":{{json .GraphDriver}}}`

// Inspect asks for an image.
func (c *CLI) Inspect(ctx context.Context, reference string) (Inspected, error) {
	var image Inspected
	out, err := c.Output(ctx, "image", "inspect", "--format", inspection, reference)
	if err != nil {
		return image, err
	}
	if err := json.Unmarshal([]byte(out), &image); err != nil {
		return image, fmt.Errorf("reading what %s says of %s: %w", c.Program, reference, err)
	}
	return image, nil
}

// Has reports whether the engine has the image.
func (c *CLI) Has(ctx context.Context, reference string) bool {
	_, err := c.Output(ctx, "image", "inspect", "--format", "{{.ID}}", reference)
	return err == nil
}
