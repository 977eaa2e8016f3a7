package helm

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Rollback is a release to be returned to one of its revisions.
type Rollback struct {
	At            layout.Address
	Revision      int
	Timeout       time.Duration
	Wait          bool // until everything is ready
	CleanupOnFail bool // remove what is new if that fails
}

// Rollback returns a release to one of its revisions, as a new revision with the old one's record.
func (c *Client) Rollback(ctx context.Context, r Rollback) error {
	if err := c.run(ctx, r.At.Hub, nil, c.rollbackArguments(r)...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("rolling hub %s back to revision %d: %w", r.At.Hub, r.Revision, c.refusal(r.At, err)))
	}
	return nil
}
