package release

import (
	"context"
	"path"
	"slices"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
)

// Rollback returns a hub to the last revision that was healthy, or to the one with the wanted number if that is not 0, after
// showing what that changes. The hub need not be in the repository any more.
func (r *Releases) Rollback(ctx context.Context, name string, wanted int) error {
	if err := r.to.Confirm(ctx); err != nil {
		return err
	}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	if err := r.checkOurs(ctx, release, name, "rolled back"); err != nil {
		return err
	}
	if _, err := rollbackTarget(release, name, wanted); err != nil {
		return err // before a lock is made
	}
	return r.locked(ctx, name, func(ctx context.Context) error { return r.rollback(ctx, name, wanted) })
}

// rollback does the work of Rollback, under the hub's lock.
func (r *Releases) rollback(ctx context.Context, name string, wanted int) error {
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	if err := r.checkOurs(ctx, release, name, "rolled back"); err != nil {
		return err
	}
	target, err := rollbackTarget(release, name, wanted)
	if err != nil {
		return err
	}
	signer, err := r.to.Signer(ctx)
	if err != nil {
		return err
	}
	if err := r.checkTarget(ctx, signer, name, target); err != nil {
		return err
	}
	if err := r.showRollback(ctx, name, release.Newest(), target); err != nil {
		return err
	}
	if err := r.checkRollbackLoss(ctx, name, release.Newest().Number, target.Number); err != nil {
		return err
	}
	h := hub.Hub{Name: name, ChartDir: path.Join(hub.ChartsDir, name)} // the hub may no longer be in the repository
	workloads, err := r.rollBackTo(ctx, h, target.Number)
	if err != nil {
		return err
	}
	console := r.session.Console
	console.Result("%s: rolled back to revision %d (commit %s), %s", name, target.Number, target.Record.Commit, rolledOut(workloads))
	console.Info(name, "the next deploy brings back what the repository says: revert the change there too")
	return nil
}

func (r *Releases) showRollback(ctx context.Context, name string, newest, target history.Revision) error {
	before, err := r.manifest(ctx, name, newest.Number)
	if err != nil {
		return err
	}
	after, err := r.manifest(ctx, name, target.Number)
	if err != nil {
		return err
	}
	r.session.Console.Info(name, "from revision %d (%s) to revision %d, of commit %s:", newest.Number, newest.Status, target.Number, target.Record.Commit)
	r.showDiff(before, after, func(line string) { r.session.Console.Line(name, line) })
	return nil
}

// rollbackTarget finds the revision to go back to; wanted is 0 for the last healthy one.
func rollbackTarget(release history.Release, name string, wanted int) (history.Revision, error) {
	newest := release.Newest()
	if newest.Number == 0 {
		return newest, exit.Input("hub %s was never deployed: there is nothing to roll back", name)
	}
	if wanted == 0 {
		if target := release.Healthy(newest.Number); target.Number > 0 {
			return target, nil
		}
		return newest, exit.Input("hub %s has no earlier revision that was healthy", name).
			Try("'helm history --namespace %s %s' lists all, and REVISION names one", name, name)
	}
	at := slices.IndexFunc(release.Revisions, func(r history.Revision) bool { return r.Number == wanted })
	switch {
	case at < 0:
		return newest, exit.Input("REVISION=%d: hub %s has revisions %d to %d", wanted, name, release.Revisions[0].Number, newest.Number)
	case wanted == newest.Number:
		return newest, exit.Input("REVISION=%d is what hub %s is at", wanted, name)
	case plan.Pending(release.Revisions[at].Status):
		return newest, exit.Input("REVISION=%d of hub %s was never finished (%s)", wanted, name, release.Revisions[at].Status).Try("name another one")
	}
	return release.Revisions[at], nil
}

// rollBackTo makes helm return a hub to a revision, waits for the rollout as long as it can succeed, and returns how many
// workloads there are.
func (r *Releases) rollBackTo(ctx context.Context, h hub.Hub, revision int) (int, error) {
	watched, err := r.watchChange(ctx, h)
	if err != nil {
		return 0, err
	}
	defer watched.Close()
	if err := watched.Guard(ctx, func(ctx context.Context) error { return r.helmRollback(ctx, h.Name, revision) }); err != nil {
		return 0, err
	}
	workloads, err := r.rollout(ctx, watched, h, func() {})
	if err != nil {
		r.recordUnready(ctx, h.Name, revision)
	}
	return workloads, err
}

// helmRollback runs helm rollback, which waits until everything is ready. If the rollback is ended, because it cannot succeed or
// was interrupted, helmRollback records the revision as failed: helm does that for upgrades, but leaves a rollback pending.
func (r *Releases) helmRollback(ctx context.Context, name string, revision int) error {
	client, err := r.to.Helm(ctx)
	if err != nil {
		return err
	}
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	change, err := r.rollbackChange(ctx, name, release.Newest().Number, revision)
	if err != nil {
		return err
	}
	err = client.Rollback(ctx, helm.Rollback{
		Hub: name, Revision: revision, Timeout: r.session.Config.For(name).Timeout, Wait: true, CleanupOnFail: !makesData(change),
	})
	if err == nil {
		return r.keepRecord(ctx, name, revision)
	}
	if ctx.Err() == nil {
		return err
	}
	const longest = 20 * time.Second
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	if unrecorded := r.recordFailure(recording, name); unrecorded != nil {
		r.session.Console.Problem(name, "the release stays pending until the next deploy: %v", unrecorded)
	}
	return err
}

// recordFailure changes the status of a pending revision to failed.
func (r *Releases) recordFailure(ctx context.Context, name string) error {
	release, err := r.kube.Release(ctx, name)
	newest := release.Newest()
	if err != nil || !plan.Pending(newest.Status) {
		return err
	}
	kept, stored, err := r.kept(ctx, name, newest.Number)
	if err != nil {
		return err
	}
	if err := stored.Fail("Ended before it was done; recorded by " + r.session.Name()); err != nil {
		return err
	}
	return r.setKept(ctx, name, newest.Number, kept, stored, "failed")
}
