package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/onehub"
	"hub-ops/magefiles/internal/ops/run"
)

// Shell starts the images of hubs on this machine.
type Shell mg.Namespace

// Hub starts a shell in the image of one hub, in Docker or Podman on this machine, as the hub would start a user's server.
// User, group, home, variables and limits are those of singleuser in the hub's values. It has no secret, and is removed afterwards. Without a terminal
// it does what standard input says.
func (Shell) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "shell", func(ctx context.Context) error { return onehub.Shell(ctx, hub) })
}
