package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/images"
	"hub-ops/magefiles/internal/ops/run"
)

// Build makes user images.
type Build mg.Namespace

// Hub builds the user image of one hub, unless the registry has that content.
// The tag is made from the Git tree of user-images/<hub>. REBUILD=1 builds all the same; BUILD=0 builds nothing.
func (Build) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "build", func(ctx context.Context) error { return images.BuildHub(ctx, hub) })
}

// All builds every user image whose content the registry does not have.
// JOBS says how many at a time.
func (Build) All(ctx context.Context) error { return run.Do(ctx, "build", images.BuildAll) }
