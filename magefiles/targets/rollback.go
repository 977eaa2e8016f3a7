package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Rollback returns hubs to what they were.
type Rollback mg.Namespace

// Hub returns one hub to its last healthy revision, after showing what that changes.
// REVISION=n names another one. The image that the revision holds must still be in the registry. It is refused if it
// would delete a bound claim or all workloads, unless ALLOW_DELETE=<hub> says so, and if it would bring back secret values that
// were changed since, unless ALLOW_OLD_SECRETS=<hub> says so.
func (Rollback) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "rollback", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(mayTouch, "rollback", hub), mg.F(setupClusterOf, hub))
		return onehub.Rollback(ctx, hub)
	})
}
