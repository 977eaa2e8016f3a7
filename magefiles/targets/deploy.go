package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/deploy"
	"hub-ops/magefiles/internal/ops/run"
)

// Deploy brings hubs to the cluster.
type Deploy mg.Namespace

// Hub upgrades the release of one hub and waits for its rollout.
// The hub's image must be in the registry. Each helm and kubectl command is printed before it runs. DEPLOY_TIMEOUT limits
// the upgrade, and again the rollout. It is refused if it would delete a bound claim or all workloads, unless ALLOW_DELETE=<hub> says so.
func (Deploy) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "deploy and rollout", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(allowed, "deploy", hub), mg.F(setupClusterOf, hub))
		return deploy.Hub(ctx, hub)
	})
}

// All upgrades the releases of all hubs that may be deployed from here, and waits for their rollouts.
// JOBS says how many at a time; a hub that fails does not stop the others.
func (Deploy) All(ctx context.Context) error {
	return run.Do(ctx, "deploy and rollout", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, setupCluster)
		return deploy.All(ctx)
	})
}
