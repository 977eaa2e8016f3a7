package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/deploy"
	"hub-ops/magefiles/internal/ops/run"
)

// Rollout watches hubs in the cluster.
type Rollout mg.Namespace

// Hub waits until all workloads of one hub are rolled out.
func (Rollout) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "rollout", func(ctx context.Context) error { return deploy.RolloutHub(ctx, hub) })
}

// All waits until all workloads of all hubs are rolled out.
func (Rollout) All(ctx context.Context) error { return run.Do(ctx, "rollout", deploy.RolloutAll) }
