package targets

import (
	"context"

	"hub-ops/magefiles/internal/ops/repository"
	"hub-ops/magefiles/internal/ops/run"
)

// Adopt makes a repository of hubs one that hub-ops runs: writes its hubops.yaml and a step for its CI system, prints its plan.
// It recognises where hubs lie, changes no file that is there, and lists what a person must decide. Run it in a clone of hub-ops:
// mage adopt ../hubs. COPY=1 copies hub-ops into the repository, instead of having CI fetch it.
func Adopt(ctx context.Context, directory string) error {
	return run.Do(ctx, "adopt", func(ctx context.Context) error { return repository.Adopt(ctx, directory) })
}

// Upgrade replaces the copy of hub-ops in a repository by that of this commit: the files that adopt copied alone.
// It removes those that are gone from hub-ops, shows local changes and overwrites none of them, and says which settings do not fit any
// more. Run it in a clone of hub-ops: mage upgrade ../hubs
func Upgrade(ctx context.Context, directory string) error {
	return run.Do(ctx, "upgrade", func(ctx context.Context) error { return repository.Upgrade(ctx, directory) })
}
