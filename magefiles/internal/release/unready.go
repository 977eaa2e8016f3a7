package release

import (
	"context"

	"hub-ops/magefiles/internal/history"
)

// recordUnready records the newest revision as failed where helm has recorded it as deployed: it was through when the pods of the hub
// failed. Otherwise the next deploy would find the hub unchanged, and a rollback would take the revision for a healthy one. The
// revision before is the deployed one again, as after an upgrade that helm itself gives up. The revision with the number before, from
// which the change began, is left as it is: helm may have failed before it made another one.
func (r *Releases) recordUnready(ctx context.Context, name string, before int) {
	if ctx.Err() != nil { // it was interrupted, and may well become ready
		return
	}
	if err := r.markUnready(ctx, name, before); err != nil {
		r.session.Console.Problem(name, "helm's record still says that this revision is deployed: %v", err)
	}
}

func (r *Releases) markUnready(ctx context.Context, name string, before int) error {
	release, err := r.kube.Release(ctx, name)
	newest := release.Newest()
	if err != nil || newest.Status != "deployed" || newest.Number <= before {
		return err
	}
	why := "Not ready: found by " + r.session.Name()
	if err := r.mark(ctx, name, newest.Number, func(s history.Stored) error { return s.Fail(why) }, "failed"); err != nil {
		return err
	}
	healthy := release.Healthy(newest.Number)
	if healthy.Status != "superseded" {
		return nil
	}
	return r.mark(ctx, name, healthy.Number, history.Stored.Restore, "deployed")
}

// mark changes what helm keeps of a revision, and its status there.
func (r *Releases) mark(ctx context.Context, name string, revision int, change func(history.Stored) error, status string) error {
	kept, stored, err := r.kept(ctx, name, revision)
	if err != nil {
		return err
	}
	if err := change(stored); err != nil {
		return err
	}
	return r.setKept(ctx, name, revision, kept, stored, status)
}
