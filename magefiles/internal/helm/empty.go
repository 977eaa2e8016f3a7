package helm

import (
	"context"
	"strings"
)

// Empty reports whether the newest revision of a release holds no object at all.
func (c *Client) Empty(ctx context.Context, release string) (bool, error) {
	out, err := c.output(ctx, c.manifestArguments(release)...)
	return !strings.Contains(string(out), "kind:"), err
}
