package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Open shows hubs in a browser.
type Open mg.Namespace

// Hub prints the address of one hub, and opens it in a browser where there is a desktop.
// It is the address in the sandbox if that is up, or else the one that the hub's values name.
func (Open) Hub(ctx context.Context, hub string) error {
	return ops.Do(ctx, "open", func(ctx context.Context) error { return ops.OpenHub(ctx, hub) })
}
