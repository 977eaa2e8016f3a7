package helm

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Options are the switches of an upgrade.
type Options struct {
	Force         bool
	Wait          bool
	CleanupOnFail bool
	Timeout       time.Duration
}

// Upgrade is one release to install or upgrade.
type Upgrade struct {
	At      layout.Address
	Chart   string            // directory, with its dependencies in it
	Values  []string          // files, later ones win
	Strings map[string]string // value paths that are set to strings
	Labels  map[string]string // put on the release
	// Description stands in helm history, and in helm list --output json.
	Description string
	// ServerValidates is true where helm itself leaves it to the API server to compare the objects with its schemas: see
	// manifest.ServerValidates. helm would fetch these to find that out, for each upgrade anew.
	ServerValidates bool
	Options
	Shown Shown
}

// Shown is what an upgrade works with, by its names in the repository.
type Shown struct {
	Chart  string
	Values []string
}

// Upgrade runs helm upgrade --install, and fails as helm fails.
func (c *Client) Upgrade(ctx context.Context, u Upgrade) error {
	if err := c.runAs(ctx, u.At.Hub, u.brief(), nil, c.upgradeArguments(u)...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("deploying hub %s: %w", u.At.Hub, c.refusal(u.At, err)))
	}
	return nil
}
