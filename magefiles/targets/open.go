package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Open shows hubs in a browser.
type Open mg.Namespace

// Hub prints the address of one hub, and opens it in a browser where there is a desktop.
// It is the address in the sandbox if that is up, or else the one that the hub's values name.
func (Open) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "open", func(ctx context.Context) error { return onehub.Open(ctx, hub) })
}
