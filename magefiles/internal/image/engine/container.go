package engine

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// Shown returns the containers that show made, also those of other runs, and when.
func (c *CLI) Shown(ctx context.Context) (map[string]time.Time, error) {
	out, err := c.Output(ctx, "ps", "--all", "--no-trunc", "--filter", "label="+Shows, "--format", `{{.ID}} {{.Label "`+Shows+`"}}`)
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

// Show makes a container of an image, which has files and directories of the engine's machine at those paths, to be
// read only. It is not started. Those of mounts are by the path in the container.
func (c *CLI) Show(ctx context.Context, image Inspected, mounts map[string]string) (string, error) {
	args := []string{"create", "--network", "none", "--label", Shows + "=" + timestamp()}
	for target, source := range mounts {
		args = append(args, "--mount", "type=bind,"+process.ListItem("source="+source)+","+process.ListItem("target="+target)+",readonly,bind-propagation="+withinRoot)
	}
	for volume := range image.Volumes {
		args = append(args, "--mount", "type=tmpfs,"+process.ListItem("target="+volume))
	}
	return c.Output(ctx, append(args, image.ID, NeverStarted)...)
}

// CopyOut returns what a container has at a path, as a tar archive. The command ends when that is closed.
func (c *CLI) CopyOut(ctx context.Context, container, path string) io.ReadCloser {
	return c.Stream(ctx, "cp", container+":"+path, "-")
}

// Remove removes a container.
func (c *CLI) Remove(ctx context.Context, container string) error {
	_, err := c.Output(ctx, "rm", container)
	return err
}

// A container that only shows files. The engine requires a propagation for a mount from its own directory. A tmpfs takes the
// place of each volume of the image; otherwise the engine creates and fills that volume.
const (
	NeverStarted = "never-started" // its command
	withinRoot   = "rslave"
	Shows        = "hub-ops.shows" // a label: when it was made
)

// timestamp is the label's value, in seconds since 1970.
func timestamp() string { return strconv.FormatInt(time.Now().Unix(), 10) }

// timeOf reads such a value. Anything else is read as a time long ago.
func timeOf(label string) time.Time {
	seconds, _ := strconv.ParseInt(label, 10, 64)
	return time.Unix(seconds, 0)
}

// endTime is how long the engine may take to end and remove a container.
const endTime = 30 * time.Second

// End ends a container and removes it, with its volumes, also when the context has ended. One that is not there any more is as good.
func (c *CLI) End(ctx context.Context, container string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	_, _ = c.Output(ctx, "rm", "--force", "--volumes", container)
}

// RemoveOld ends and removes the containers with a label that have a NameOf older than that: of runs that were killed. Podman tells no single label.
func (c *CLI) RemoveOld(ctx context.Context, label, prefix string, age time.Duration) error {
	out, err := c.Output(ctx, "ps", "--all", "--filter", "label="+label, "--format", "{{.Names}}")
	if err != nil {
		return err
	}
	for name := range strings.FieldsSeq(out) {
		made, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), "-")
		if strings.HasPrefix(name, prefix) && time.Since(timeOf(made)) > age {
			c.End(ctx, name)
		}
	}
	return nil
}

// NameOf is a container's name that says when it was made.
func NameOf(prefix, nonce string) string { return prefix + timestamp() + "-" + nonce }
