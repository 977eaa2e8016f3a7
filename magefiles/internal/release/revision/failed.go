package revision

import (
	"context"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// RecordUnready records the newest revision as failed where helm has recorded it as deployed: it was through when the pods of the hub
// failed. Otherwise the next deploy would find the hub unchanged, and a rollback would take the revision for a healthy one. The
// revision before is the deployed one again, as after an upgrade that helm itself gives up. The revision with the number before, from
// which the change began, is left as it is: helm may have failed before it made another one.
func (s *Store) RecordUnready(ctx context.Context, at layout.Address, before int) {
	if ctx.Err() != nil { // it was interrupted, and may well become ready
		return
	}
	if err := s.markUnready(ctx, at, before); err != nil {
		s.session.Console.Problem(at.Hub, "helm's record still says that this revision is deployed: %v", err)
	}
}

func (s *Store) markUnready(ctx context.Context, at layout.Address, before int) error {
	release, err := s.kube.Release(ctx, at)
	newest := release.Newest()
	if err != nil || newest.Status != "deployed" || newest.Number <= before {
		return err
	}
	why := "Not ready: found by " + s.session.Name()
	if err := s.mark(ctx, at, newest.Number, func(stored history.Stored) error { return stored.Fail(why) }, "failed"); err != nil {
		return err
	}
	healthy := release.Healthy(newest.Number)
	if healthy.Status != "superseded" {
		return nil
	}
	return s.mark(ctx, at, healthy.Number, history.Stored.Restore, "deployed")
}

// mark changes what helm keeps of a revision, and its status there.
func (s *Store) mark(ctx context.Context, at layout.Address, revision int, change func(history.Stored) error, status string) error {
	kept, stored, err := s.Open(ctx, at, revision)
	if err != nil {
		return err
	}
	if err := change(stored); err != nil {
		return err
	}
	return s.Save(ctx, at, revision, kept, stored, status)
}

// RecordFailure changes the status of a pending revision to failed.
func (s *Store) RecordFailure(ctx context.Context, at layout.Address) error {
	release, err := s.kube.Release(ctx, at)
	newest := release.Newest()
	if err != nil || !plan.Pending(newest.Status) {
		return err
	}
	kept, stored, err := s.Open(ctx, at, newest.Number)
	if err != nil {
		return err
	}
	if err := stored.Fail("Ended before it was done; recorded by " + s.session.Name()); err != nil {
		return err
	}
	return s.Save(ctx, at, newest.Number, kept, stored, "failed")
}
