package helm

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Uninstall removes a release, but not its namespace, nor what its manifest says is to be kept, and waits until all else
// is gone. Without a release it does nothing.
func (c *Client) Uninstall(ctx context.Context, hub string, timeout time.Duration) error {
	if err := c.run(ctx, hub, nil, c.uninstallArguments(hub, timeout)...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("removing the release of hub %s: %w", hub, c.refusal(hub, err)))
	}
	return nil
}
