package helm

import (
	"context"
	"errors"
	"os"
	"path/filepath"
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
