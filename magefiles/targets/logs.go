package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Logs shows what hubs say.
type Logs mg.Namespace

// Hub prints the logs of one hub: of the hub itself and its proxy, and what a container said before it was started again.
// USER_NAME=<user> prints those of a user's server, COMPONENT=<name> those of another part. SINCE=10m says how far back, FOLLOW=1 goes on. What the
// Secrets of the hub hold is masked. It changes nothing.
func (Logs) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "logs", func(ctx context.Context) error { return onehub.Logs(ctx, hub) })
}
