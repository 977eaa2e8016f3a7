package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/repository"
	"hub-ops/magefiles/internal/ops/run"
)

// New makes hubs.
type New mg.Namespace

// Hub writes the files of a new hub: chart, values with comments, Dockerfile, and secret values with tokens of its own, encrypted as the others'.
// It lists them, asks, and writes all or none; YES=1 answers. FROM=<hub> copies the chart, the values and the image of another hub, with the new
// names. A name that the repository or the cluster has, in whatever spelling, is refused.
func (New) Hub(ctx context.Context, hub string) error {
	return run.Do(ctx, "new", func(ctx context.Context) error { return repository.NewHub(ctx, hub) })
}
