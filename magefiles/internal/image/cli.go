package image

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/process"
)

// CLI is the command line that Docker and Podman have in common.
type CLI struct {
	Run     *process.Runner
	Scratch string // private directory for build contexts and saved images
	program string
	env     []string // further KEY=value pairs of the program
}

// Has reports whether the engine has the image.
func (c *CLI) Has(ctx context.Context, reference string) bool {
	_, err := c.output(ctx, "image", "inspect", "--format", "{{.ID}}", reference)
	return err == nil
}

func (c *CLI) run(ctx context.Context, hub, show string, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{Name: c.program, Args: args, Prefix: hub, Show: show, Env: c.env})
}

func (c *CLI) output(ctx context.Context, args ...string) (string, error) {
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.program, Args: args, Env: c.env})
	return strings.TrimSpace(string(out)), err
}

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

func (i Inspected) about() About {
	return About{DiffIDs: i.DiffIDs, Labels: i.Labels, Platform: v1.Platform{OS: i.OS, Architecture: i.Architecture}}
}

func (c *CLI) Inspect(ctx context.Context, reference string) (Inspected, error) {
	var image Inspected
	out, err := c.output(ctx, "image", "inspect", "--format", inspection, reference)
	if err != nil {
		return image, err
	}
	if err := json.Unmarshal([]byte(out), &image); err != nil {
		return image, fmt.Errorf("reading what %s says of %s: %w", c.program, reference, err)
	}
	return image, nil
}

// shown returns the containers that show made, also those of other runs, and when.
func (c *CLI) shown(ctx context.Context) (map[string]time.Time, error) {
	out, err := c.output(ctx, "ps", "--all", "--no-trunc", "--filter", "label="+shows, "--format", `{{.ID}} {{.Label "`+shows+`"}}`)
	if err != nil {
		return nil, err
	}
	made := map[string]time.Time{}
	for line := range strings.Lines(out) {
		id, label, _ := strings.Cut(strings.TrimSpace(line), " ")
		made[id] = timeOf(label)
	}
	return made, nil
}

// show makes a container of an image, which has files and directories of the engine's machine at those paths, to be
// read only. It is not started. Those of mounts are by the path in the container.
func (c *CLI) show(ctx context.Context, image Inspected, mounts map[string]string) (string, error) {
	args := []string{"create", "--network", "none", "--label", shows + "=" + timestamp()}
	for target, source := range mounts {
		args = append(args, "--mount", fmt.Sprintf("type=bind,source=%s,target=%s,readonly,bind-propagation=%s", source, target, withinRoot))
	}
	for volume := range image.Volumes {
		args = append(args, "--mount", "type=tmpfs,target="+volume)
	}
	return c.output(ctx, append(args, image.ID, neverStarted)...)
}

// copyOut returns what a container has at a path, as a tar archive. The command ends when that is closed.
func (c *CLI) copyOut(ctx context.Context, container, path string) io.ReadCloser {
	return c.stream(ctx, "cp", container+":"+path, "-")
}

// stream returns what the program writes. It is ended when that is closed.
func (c *CLI) stream(ctx context.Context, args ...string) io.ReadCloser {
	ctx, cancel := context.WithCancel(ctx)
	reader, writer := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		writer.CloseWithError(c.Run.Run(ctx, process.Cmd{Name: c.program, Args: args, Env: c.env, Stdout: writer, Quiet: true}))
	}()
	return &streamed{reader, func() {
		cancel()
		_ = reader.Close()
		<-ended
	}}
}

// streamed is what a program writes.
type streamed struct {
	io.Reader
	end func()
}

func (s *streamed) Close() error {
	s.end()
	return nil
}

// remove removes a container.
func (c *CLI) remove(ctx context.Context, container string) error {
	_, err := c.output(ctx, "rm", container)
	return err
}
