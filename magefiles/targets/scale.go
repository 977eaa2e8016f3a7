package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Scale keeps room for users.
type Scale mg.Namespace

// Hub has one hub keep room for a number of users before a class, until an end: mage scale:hub botany 30 2h, or 11:30, or 2026-03-02T11:30.
// It sets the placeholders of the JupyterHub chart, after showing what changes and asking; YES=1 answers. Deploys keep them until the end, and the first
// one after it goes back to what the hub's values say. A chart without placeholders is refused.
func (Scale) Hub(ctx context.Context, hub string, placeholders int, end string) error {
	return run.Do(ctx, "scale", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(mayTouch, "scale", hub), mg.F(setupClusterOf, hub))
		return onehub.Scale(ctx, hub, placeholders, end)
	})
}
