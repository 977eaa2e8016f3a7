package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/images"
	"hub-ops/magefiles/internal/ops/run"
)

// Images is what the registry holds.
type Images mg.Namespace

// Prune lists the tags that no branch, release or pod needs; APPLY=1 deletes them.
// It asks every branch, every release record that the cluster keeps and everything that runs there, and refuses when one
// of them cannot be read. Tags that hub-ops did not make are never touched, nor are the youngest and the newest: see
// image.keep_age and image.keep_count.
func (Images) Prune(ctx context.Context) error { return run.Do(ctx, "prune", images.Prune) }
