package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/dependencies"
	"hub-ops/magefiles/internal/ops/run"
)

// Bump brings versions up to date.
type Bump mg.Namespace

// Chart looks for the newest version that fits of each chart that hubs fetch, shows the edits, and commits them if they are meant: a commit a wave.
// BUMP says how far it goes: minor, which it does without it, patch or major. At a terminal it asks; elsewhere YES=1 says that the edits are meant.
// Lock files and charts.sum follow. It names the link to what is new that the chart itself names.
func (Bump) Chart(ctx context.Context) error { return run.Do(ctx, "bump", dependencies.BumpCharts) }

// Base looks for the newest tag that fits of each image that Dockerfiles are built on, shows the edits, and commits them if they are meant: a commit a
// wave. A tag fits if it has the form of the one that is there; BUMP says how far it goes: minor, which it does without it, patch or major. A base that
// is pinned by its digest gets the digest of the new tag, also where only what the tag names has changed.
func (Bump) Base(ctx context.Context) error { return run.Do(ctx, "bump", dependencies.BumpBases) }
