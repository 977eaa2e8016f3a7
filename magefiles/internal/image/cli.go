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
	// insecure are the arguments with which it pushes to a registry on loopback without TLS.
	insecure []string
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

func (c *cli) images(ctx context.Context) ([]string, error) {
	out, err := c.output(ctx, "image", "ls", "--digests", "--no-trunc", "--format", "{{.ID}} {{.Digest}}")
	if err != nil {
		return nil, err
	}
	var ids []string
	for line := range strings.Lines(out) {
		if id, digest, found := strings.Cut(strings.TrimSpace(line), " "); found && digest != "<none>" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (c *cli) diffIDs(ctx context.Context, ids []string) ([]v1.Hash, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	inspect := []string{"image", "inspect", "--format", "{{json .RootFS.Layers}}"}
	out, err := c.output(ctx, append(inspect, ids...)...)
	if err != nil {
		return nil, err
	}
	var all []v1.Hash
	for line := range strings.Lines(out) {
		var diffIDs []v1.Hash
		if err := json.Unmarshal([]byte(line), &diffIDs); err != nil {
			return nil, fmt.Errorf("reading what %s says of its images: %w", c.program, err)
		}
		all = append(all, diffIDs...)
	}
	return all, nil
}

func (c *cli) tag(ctx context.Context, id, name string) error {
	_, err := c.output(ctx, "image", "tag", id, name)
	return err
}

func (c *cli) untag(ctx context.Context, name string) error {
	_, err := c.output(ctx, "image", "rm", name)
	return err
}

// push pushes without TLS. Docker needs no telling that of a registry on loopback, and podman does.
func (c *cli) push(ctx context.Context, name string) error {
	_, err := c.output(ctx, append(append([]string{"push", "--quiet"}, c.insecure...), name)...)
	return err
}
