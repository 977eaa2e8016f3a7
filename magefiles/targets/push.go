package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/images"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ops/setup"
)

// Push brings user images to the registry.
type Push mg.Namespace

// Hub builds and pushes the user image of one hub, unless the registry has it.
// What was pushed is read back and compared. BUILD=0 skips both; REBUILD=1 does both all the same.
func (Push) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "push", func(ctx context.Context) error {
		mg.SerialCtxDeps(ctx, mg.F(allowed, "push", hub), mg.F(setupPushHub, hub), mg.F(Build.Hub, hub))
		return images.PushHub(ctx, hub)
	})
}

// All builds and pushes every user image that the registry does not have.
// One that fails stops no other; the run fails at its end. BUILD=0 skips both; REBUILD=1 does both all the same.
func (Push) All(ctx context.Context) error {
	return run.Do(ctx, "push", func(ctx context.Context) error {
		mg.SerialCtxDeps(run.GoOn(ctx), setupPushAll, Build.All)
		return run.AtTheEnd(ctx, images.PushAll(ctx))
	})
}

// setupPushHub is the part of Setup that pushing one image needs: nothing, if the registry has it.
func setupPushHub(ctx context.Context, hub string) error {
	return run.Do(ctx, "", func(ctx context.Context) error { return setup.PushHub(ctx, hub) })
}

// setupPushAll is the part of Setup that pushing all images needs: nothing, if the registry has them.
func setupPushAll(ctx context.Context) error { return run.Do(ctx, "", setup.PushAll) }
