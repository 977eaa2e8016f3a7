package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Rendered is what an upgrade would send to the cluster.
type Rendered struct {
	Manifest string `json:"manifest"`
	Hooks    []any  `json:"hooks"`
}

// Empty reports whether that is nothing at all.
func (r Rendered) Empty() bool { return !strings.Contains(r.Manifest, "kind:") && len(r.Hooks) == 0 }

// DryRun renders what the upgrade would send to the cluster, with what is looked up there, validated against the
// chart's schema; it changes nothing.
func (c *Client) DryRun(ctx context.Context, u Upgrade) (rendered Rendered, err error) {
	out, err := c.output(ctx, c.dryRunArguments(u)...)
	if err != nil {
		return rendered, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.Hub, c.refusal(err)))
	}
	if err := json.Unmarshal(out, &rendered); err != nil {
		return rendered, fmt.Errorf("rendering hub %s: %w", u.Hub, err)
	}
	return rendered, nil
}
