package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/fleet"
	"hub-ops/magefiles/internal/ops/run"
)

// Report is what runs and the fleet have come to, as pages.
type Report mg.Namespace

// Last prints where the report of the last run is, and opens it in a browser where there is a desktop.
// Each run that works on hubs writes one: time line, plan with reasons, images, failures with their diagnosis. It is one file that asks for nothing.
func (Report) Last(ctx context.Context) error { return run.Do(ctx, "report", run.Report) }

// Fleet writes the page of the fleet over time, prints where it is, and opens it in a browser where there is a desktop.
// It shows what the clusters keep of each deploy: when, how long, what failed, how large the images are.
func (Report) Fleet(ctx context.Context) error { return run.Do(ctx, "report", fleet.Report) }
