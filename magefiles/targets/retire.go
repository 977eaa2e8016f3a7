package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Retire ends hubs.
type Retire mg.Namespace

// Hub uninstalls the release of one hub for good, after showing what goes and what stays, and asking; YES=1 answers.
// It writes down who has which claim, of what size, on which volume, and says where. No claim is deleted. Then it says what is left to do: the
// hub's directories, DNS, the OAuth application. It is refused while servers of users run.
func (Retire) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "retire", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(mayTouch, "retire", hub), mg.F(setupClusterOf, hub))
		return onehub.Retire(ctx, hub)
	})
}
