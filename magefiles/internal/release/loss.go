package release

import (
	"context"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// checkLoss refuses a change that would delete a bound claim or all workloads of a hub, unless ALLOW_DELETE names the hub.
// done is the change in words: "deployed".
func (r *Releases) checkLoss(ctx context.Context, at layout.Address, done string, change loss.Change) error {
	found, err := loss.Find(ctx, r.kube, at, change)
	if err != nil || found.Empty() {
		return err
	}
	if !r.session.Config.MayDelete(at.Hub) {
		return exit.Input("hub %s is not %s: that would delete %s", at.Hub, done, found).
			Try("is a chart that it depends on missing, a condition false, a name changed? ALLOW_DELETE=%s deletes it, with all data on it", at.Hub)
	}
	for _, data := range found.Data {
		r.session.Console.Problem(at.Hub, "ALLOW_DELETE: %s is deleted, with all that is on it", data)
	}
	if len(found.Workloads) > 0 {
		r.session.Console.Problem(at.Hub, "ALLOW_DELETE: all workloads are deleted")
	}
	return nil
}

// makesData reports whether a change makes a claim. If it fails then, what is new must not be deleted: users may have written to it.
func makesData(change loss.Change) bool {
	return slices.ContainsFunc(manifest.Gone(change.After, change.Before), manifest.Object.HoldsData)
}

// checkRollback is checkLoss for a rollback from the newest revision to another one, which must not reach beyond the hub's namespace
// either.
func (r *Releases) checkRollback(ctx context.Context, at layout.Address, from, to int) error {
	change, err := r.rollbackChange(ctx, at, from, to)
	if err != nil {
		return err
	}
	done := fmt.Sprintf("rolled back to revision %d", to)
	if err := r.confine(ctx, at, done, change, nil); err != nil {
		return err
	}
	return r.checkLoss(ctx, at, done, change)
}

// rollbackChange is what helm does to a release in a rollback.
func (r *Releases) rollbackChange(ctx context.Context, at layout.Address, from, to int) (change loss.Change, err error) {
	change.Action = manifest.Rollback
	if change.Before, err = r.revisions.Objects(ctx, at, from); err != nil {
		return change, err
	}
	change.After, err = r.revisions.Objects(ctx, at, to)
	return change, err
}
