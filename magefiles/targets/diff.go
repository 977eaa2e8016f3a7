package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/deploy"
	"hub-ops/magefiles/internal/ops/run"
)

// Diff compares the repository with the cluster.
type Diff mg.Namespace

// Hub shows what a deploy of one hub would change in the cluster, object by object, and what that means for its users.
// It changes nothing, and shows no secret value.
func (Diff) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "diff", func(ctx context.Context) error { return deploy.Diff(ctx, hub) })
}
