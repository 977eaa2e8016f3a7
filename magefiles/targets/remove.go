package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Remove takes hubs from the cluster.
type Remove mg.Namespace

// Hub uninstalls the release of one hub and keeps its claims and its namespace.
// It is refused while servers of users run. DELETE_DATA=<hub> deletes the claims too, with all data of the hub's users,
// after naming each with its size. The hub need not be in the repository any more. A release or a namespace that does not carry
// our record is not touched.
func (Remove) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "remove", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(mayTouch, "remove", hub), mg.F(setupClusterOf, hub))
		return onehub.Remove(ctx, hub)
	})
}
