package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Lint runs helm lint with the values of the upgrade. The error holds what it found.
func (c *Client) Lint(ctx context.Context, u Upgrade) error {
	args := append([]string{"lint", u.Chart, "--namespace", u.Hub}, u.values()...)
	err := c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Quiet: true})
	if err == nil || ctx.Err() != nil {
		return err
	}
	var found []string
	for line := range strings.Lines(process.Output(err)) {
		if text, isError := strings.CutPrefix(strings.TrimSpace(line), "[ERROR] "); isError {
			found = append(found, text)
		}
	}
	if len(found) > 0 {
		err = &failure{text: "helm lint: " + strings.Join(found, "; "), err: err}
	}
	return exit.With(exit.Helm, fmt.Errorf("checking the chart of hub %s: %w", u.Hub, err))
}

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
	args := []string{"upgrade", "--install", "--namespace", u.Hub, u.Hub, u.Chart, "--dry-run=server", "--output", "json", "--kube-context", c.Context}
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.Path, Args: append(args, u.values()...), Env: c.Env})
	if err != nil {
		return rendered, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.Hub, c.refusal(err)))
	}
	if err := json.Unmarshal(out, &rendered); err != nil {
		return rendered, fmt.Errorf("rendering hub %s: %w", u.Hub, err)
	}
	return rendered, nil
}
