package helm

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Lint runs helm lint with the values of the upgrade. The error holds what it found.
func (c *Client) Lint(ctx context.Context, u Upgrade) error {
	err := c.quiet(ctx, lintArguments(u)...)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if found := linted(process.Output(err)); len(found) > 0 {
		err = &failure{text: "helm lint: " + strings.Join(found, "; "), err: err}
	}
	return exit.With(exit.Helm, fmt.Errorf("checking the chart of hub %s: %w", u.At.Hub, err))
}
