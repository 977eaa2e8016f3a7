package helm

import (
	"context"
	"fmt"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
)

// UpdateDependencies fetches what the chart in dir depends on, with a cache of its own below scratch. plainHTTP is for
// a sandbox's registry.
func (c *Client) UpdateDependencies(ctx context.Context, hub, dir, scratch string, plainHTTP bool) error {
	env := []string{"HELM_CACHE_HOME=" + filepath.Join(scratch, "helm-cache"), "HELM_REPOSITORY_CACHE=" + filepath.Join(scratch, "helm-repository")}
	args := []string{"dependency", "update", dir}
	if plainHTTP {
		args = append(args, "--plain-http")
	}
	if err := c.run(ctx, hub, env, args...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("fetching the chart dependencies of hub %s: %w; is the repository reachable from here, and has it the name and version that Chart.yaml or requirements.yaml says?", hub, reason(err)))
	}
	return nil
}
