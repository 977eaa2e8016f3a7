package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/dependencies"
	"hub-ops/magefiles/internal/ops/run"
)

// Charts is what hubs are made from.
type Charts mg.Namespace

// Pin writes charts.sum, the digests of the charts that hubs fetch: commit it, and a deploy refuses a chart that has changed.
// It fetches those that are not pinned yet, leaves the others as they are, and takes out what no hub wants any more. To accept
// another content of the same version, take its line out first.
func (Charts) Pin(ctx context.Context) error { return run.Do(ctx, "pin", dependencies.PinCharts) }
