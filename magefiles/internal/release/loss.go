package release

import (
	"context"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
)

// checkLoss refuses a change that would delete a bound claim or all workloads of a hub, unless ALLOW_DELETE names the hub.
// done is the change in words: "deployed".
func (r *Releases) checkLoss(ctx context.Context, name, done string, change loss.Change) error {
	found, err := loss.Find(ctx, r.kube, name, change)
	if err != nil || found.Empty() {
		return err
	}
	if !r.session.Config.MayDelete(name) {
		return exit.Input("hub %s is not %s: that would delete %s", name, done, found).
			Try("is a chart that it depends on missing, a condition false, a name changed? ALLOW_DELETE=%s deletes it, with all data on it", name)
	}
	for _, data := range found.Data {
		r.session.Console.Problem(name, "ALLOW_DELETE: %s is deleted, with all that is on it", data)
	}
	if len(found.Workloads) > 0 {
		r.session.Console.Problem(name, "ALLOW_DELETE: all workloads are deleted")
	}
	return nil
}

// makesData reports whether a change makes a claim. If it fails then, what is new must not be deleted: users may have written to it.
func makesData(change loss.Change) bool {
	return slices.ContainsFunc(manifest.Gone(change.After, change.Before), manifest.Object.HoldsData)
}

// checkRollbackLoss is checkLoss for a rollback from the newest revision to another one.
func (r *Releases) checkRollbackLoss(ctx context.Context, name string, from, to int) error {
	change, err := r.rollbackChange(ctx, name, from, to)
	if err != nil {
		return err
	}
	return r.checkLoss(ctx, name, fmt.Sprintf("rolled back to revision %d", to), change)
}

// rollbackChange is what helm does to a release in a rollback.
func (r *Releases) rollbackChange(ctx context.Context, name string, from, to int) (change loss.Change, err error) {
	change.Action = manifest.Rollback
	if change.Before, err = r.manifest(ctx, name, from); err != nil {
		return change, err
	}
	if change.After, err = r.manifest(ctx, name, to); err != nil {
		return change, err
	}
	stored, err := r.stored(ctx, name, to)
	change.Hooks = stored.Hooks
	return change, err
}
