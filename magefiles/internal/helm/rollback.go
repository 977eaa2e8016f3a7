package helm

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Rollback returns a release to one of its revisions, as a new revision with the old one's record. With wait it returns
// when everything is ready.
func (c *Client) Rollback(ctx context.Context, hub string, revision int, wait bool, timeout time.Duration) error {
	args := []string{"rollback", hub, strconv.Itoa(revision), "--namespace", hub, "--timeout", seconds(timeout), "--kube-context", c.Context}
	if wait {
		args = append(args, "--wait", "--cleanup-on-fail")
	}
	if err := c.run(ctx, hub, nil, args...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("rolling hub %s back to revision %d: %w", hub, revision, c.refusal(err)))
	}
	return nil
}

// Uninstall removes a release, but not its namespace, nor what its manifest says is to be kept, and waits until all else is
// gone. Without a release it does nothing.
func (c *Client) Uninstall(ctx context.Context, hub string, timeout time.Duration) error {
	args := []string{"uninstall", hub, "--namespace", hub, "--ignore-not-found", "--wait", "--timeout", seconds(timeout), "--kube-context", c.Context}
	if err := c.run(ctx, hub, nil, args...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("removing the release of hub %s: %w", hub, c.refusal(err)))
	}
	return nil
}

// seconds spells a time as the seed does, with the unit that helm has wanted since version 3.
func seconds(timeout time.Duration) string { return fmt.Sprintf("%ds", int(timeout.Seconds())) }
