package image

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/run"
)

// cli is the command line that Docker and Podman have in common.
type cli struct {
	Run     *run.Runner
	Scratch string // private directory for build contexts and saved images
	program string
	env     []string // further KEY=value pairs of the program
}

// Has reports whether the engine has the image.
func (c *cli) Has(ctx context.Context, reference string) bool {
	_, err := c.output(ctx, "image", "inspect", "--format", "{{.ID}}", reference)
	return err == nil
}

func (c *cli) run(ctx context.Context, hub, show string, args ...string) error {
	return c.Run.Run(ctx, run.Cmd{Name: c.program, Args: args, Prefix: hub, Show: show, Env: c.env})
}

func (c *cli) output(ctx context.Context, args ...string) (string, error) {
	out, err := c.Run.Output(ctx, run.Cmd{Name: c.program, Args: args, Env: c.env})
	return strings.TrimSpace(string(out)), err
}

// inspected is what an engine tells of an image: docs.docker.com/reference/api/engine, "Inspect an image".
type inspected struct {
	ID           string
	OS           string
	Architecture string
	DiffIDs      []v1.Hash
	Labels       map[string]string
}

// inspection asks for it in JSON. The whole answer has not the same form everywhere.
const inspection = `{"ID":{{json .ID}},"OS":{{json .Os}},"Architecture":{{json .Architecture}},` +
	`"DiffIDs":{{json .RootFS.Layers}},"Labels":{{json .Config.Labels}}}`

func (i inspected) about() about {
	return about{diffIDs: i.DiffIDs, labels: i.Labels, platform: v1.Platform{OS: i.OS, Architecture: i.Architecture}}
}

// inspect asks the engine for an image.
func (c *cli) inspect(ctx context.Context, reference string) (inspected, error) {
	var image inspected
	out, err := c.output(ctx, "image", "inspect", "--format", inspection, reference)
	if err != nil {
		return image, err
	}
	if err := json.Unmarshal([]byte(out), &image); err != nil {
		return image, fmt.Errorf("reading what %s says of %s: %w", c.program, reference, err)
	}
	return image, nil
}

// sizes returns how many bytes each instruction of an image added, uncompressed, the last one first. Those that added
// nothing are left out.
func (c *cli) sizes(ctx context.Context, reference string) ([]int64, error) {
	history, err := c.output(ctx, "image", "history", "--human=false", "--format", "{{.Size}}", reference)
	if err != nil {
		return nil, err
	}
	var sizes []int64
	for field := range strings.FieldsSeq(history) {
		if size, err := strconv.ParseInt(field, 10, 64); err == nil && size > 0 {
			sizes = append(sizes, size)
		}
	}
	return sizes, nil
}
