package helm

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// Empty reports whether the newest revision of a release holds no object at all.
func (c *Client) Empty(ctx context.Context, at layout.Address) (bool, error) {
	out, err := c.output(ctx, c.manifestArguments(at)...)
	return !strings.Contains(string(out), "kind:"), err
}
