package helm

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/process"
)

// Publish packages the chart in dir and pushes it to an OCI repository on plain HTTP. The archive is made below scratch.
func (c *Client) Publish(ctx context.Context, dir, repository, scratch string) error {
	dest := filepath.Join(scratch, "package")
	defer func() { _ = os.RemoveAll(dest) }()
	if err := c.quiet(ctx, "package", "--destination", dest, dir); err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(dest, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return errors.Join(errors.New("helm package made no archive"), err)
	}
	return c.quiet(ctx, "push", "--plain-http", archives[0], repository)
}

func (c *Client) quiet(ctx context.Context, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Quiet: true})
}
