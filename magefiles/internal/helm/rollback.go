package helm

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Rollback returns a release to one of its revisions, as a new revision with the old one's record. It returns when
// everything is ready, and removes what is new if that fails.
func (c *Client) Rollback(ctx context.Context, hub string, revision int, timeout time.Duration) error {
	return c.rollback(ctx, hub, revision, append(c.rollbackArguments(hub, revision, timeout), "--wait", "--cleanup-on-fail"))
}

// RollbackWithoutWait is Rollback that returns when the cluster has taken the objects.
func (c *Client) RollbackWithoutWait(ctx context.Context, hub string, revision int, timeout time.Duration) error {
	return c.rollback(ctx, hub, revision, c.rollbackArguments(hub, revision, timeout))
}

func (c *Client) rollback(ctx context.Context, hub string, revision int, args []string) error {
	if err := c.run(ctx, hub, nil, args...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("rolling hub %s back to revision %d: %w", hub, revision, c.refusal(err)))
	}
	return nil
}
