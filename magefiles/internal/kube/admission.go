package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Admit asks the API server whether it would take a rendered manifest: schema, admission, immutable fields, rights.
// Nothing is stored. The error has a line for each object that is refused.
func (c *Client) Admit(ctx context.Context, hub, manifest string) error {
	if strings.TrimSpace(manifest) == "" {
		return nil
	}
	_, err := c.Run.Output(ctx, run.Cmd{
		Name: c.Path, Env: c.Env, Stdin: strings.NewReader(manifest),
		Args: []string{
			"apply", "--server-side", "--dry-run=server", "--force-conflicts", "--field-manager", "helm", "--validate=false",
			"--namespace", hub, "--filename", "-", "--output", "name", "--request-timeout", "60s",
		},
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	refusals := refusals(run.Output(err))
	if len(refusals) == 0 {
		return nil
	}
	return exit.With(exit.Helm, fmt.Errorf("the API server refuses hub %s: %w", hub, errors.Join(refusals...)))
}

// refusals are the lines that say why an object cannot be. Left out is what only a dry run says: an object that refers
// to another one of the same release, which is not there yet, and entries that stand twice in a list, which helm's own
// way of sending them allows.
func refusals(output string) []error {
	var found []error
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		harmless := strings.Contains(line, "(NotFound)") || strings.Contains(line, "duplicate entries for key") || strings.HasPrefix(line, "Warning:")
		if line != "" && !harmless {
			found = append(found, errors.New(line))
		}
	}
	return found
}
