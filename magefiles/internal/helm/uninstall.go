package helm

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Uninstall removes a release, but not its namespace, nor what its manifest says is to be kept, and waits until all else
// is gone. Without a release it does nothing.
func (c *Client) Uninstall(ctx context.Context, at layout.Address, timeout time.Duration) error {
	if err := c.run(ctx, at.Hub, nil, c.uninstallArguments(at, timeout)...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("removing the release of hub %s: %w", at.Hub, c.refusal(at, err)))
	}
	return nil
}
