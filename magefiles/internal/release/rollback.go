package release

import (
	"context"
	"time"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release/earlier"
)

// Rollback returns a hub to the last revision that was healthy, or to the one with the wanted number if that is not 0, after
// showing what that changes. The hub is that of the pass; it need not be in the repository any more.
func (r *Releases) Rollback(ctx context.Context, pass plan.Pass, wanted int) error {
	at, err := r.whereIs(ctx, pass.Hub())
	if err != nil {
		return err
	}
	if err := r.to.Confirm(ctx); err != nil {
		return err
	}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	release, err := r.kube.Release(ctx, at)
	if err != nil {
		return err
	}
	if err := r.checkOurs(ctx, release, at, "rolled back"); err != nil {
		return err
	}
	if release.Newest().Number == 0 {
		if err := r.checkKnown(ctx, at); err != nil {
			return err
		}
	}
	if _, err := earlier.Find(release, at, wanted); err != nil {
		return err // before a lock is made
	}
	return r.locked(ctx, at, pass, func(ctx context.Context) error { return r.rollback(ctx, at, wanted) })
}

// rollback does the work of Rollback, under the hub's lock.
func (r *Releases) rollback(ctx context.Context, at layout.Address, wanted int) error {
	release, err := r.kube.Release(ctx, at)
	if err != nil {
		return err
	}
	if err := r.checkOurs(ctx, release, at, "rolled back"); err != nil {
		return err
	}
	target, err := earlier.Find(release, at, wanted)
	if err != nil {
		return err
	}
	signer, err := r.to.Signer(ctx)
	if err != nil {
		return err
	}
	if err := r.earlier.Check(ctx, signer, at, target); err != nil {
		return err
	}
	if err := r.showRollback(ctx, at, release.Newest(), target); err != nil {
		return err
	}
	if err := r.checkRollback(ctx, at, release.Newest().Number, target.Number); err != nil {
		return err
	}
	if err := r.earlier.CheckSecrets(ctx, at, release, target); err != nil {
		return err
	}
	workloads, err := r.rollBackTo(ctx, r.hubAt(ctx, at), target.Number)
	if err != nil {
		return err
	}
	console := r.session.Console
	console.Result("%s: rolled back to revision %d (commit %s), %s", at.Hub, target.Number, target.Record.Commit, rolledOut(workloads))
	console.Info(at.Hub, "the next deploy brings back what the repository says: revert the change there too")
	return nil
}

// hubAt is the hub of a release as the repository has it, with its chart and values, in which a diagnosis finds the line of what it names. Of one that
// the repository does not have, or not whole, only the name is known.
func (r *Releases) hubAt(ctx context.Context, at layout.Address) hub.Hub {
	h := hub.Hub{Name: at.Hub}
	if known, err := r.surveyor.Hubs(ctx, at.Hub); err == nil {
		h = known[0]
	}
	h.At = at
	return h
}

func (r *Releases) showRollback(ctx context.Context, at layout.Address, newest, target history.Revision) error {
	before, err := r.revisions.Objects(ctx, at, newest.Number)
	if err != nil {
		return err
	}
	after, err := r.revisions.Objects(ctx, at, target.Number)
	if err != nil {
		return err
	}
	r.session.Console.Info(at.Hub, "from revision %d (%s) to revision %d, of commit %s:", newest.Number, newest.Status, target.Number, target.Record.Commit)
	r.showDiff(before, after, func(line string) { r.session.Console.Line(at.Hub, line) })
	return nil
}

// rollBackTo makes helm return a hub to a revision, waits for the rollout as long as it can succeed, and returns how many
// workloads there are.
func (r *Releases) rollBackTo(ctx context.Context, h hub.Hub, revision int) (int, error) {
	watched, err := r.watchChange(ctx, h)
	if err != nil {
		return 0, err
	}
	defer watched.Close()
	objects, err := r.revisions.Objects(ctx, h.At, revision)
	if err != nil {
		return 0, err
	}
	watched.Hooks = manifest.HookWorkloads(objects, h.At.Namespace)
	err = r.keepingRoom(ctx, h.At, func() error {
		return watched.Guard(ctx, func(ctx context.Context) error { return r.helmRollback(ctx, h.At, revision) })
	})
	if err != nil {
		return 0, err
	}
	workloads, err := r.rollout(ctx, watched, h, func() {})
	if err == nil && workloads > 0 {
		err = r.checkServer(ctx, h)
	}
	if err != nil {
		r.revisions.RecordUnready(ctx, h.At, revision)
	}
	return workloads, err
}

// helmRollback runs helm rollback, which waits until everything is ready. If the rollback is ended, because it cannot succeed or
// was interrupted, helmRollback records the revision as failed: helm does that for upgrades, but leaves a rollback pending.
func (r *Releases) helmRollback(ctx context.Context, at layout.Address, revision int) error {
	client, err := r.to.Helm(ctx)
	if err != nil {
		return err
	}
	release, err := r.kube.Release(ctx, at)
	if err != nil {
		return err
	}
	change, err := r.rollbackChange(ctx, at, release.Newest().Number, revision)
	if err != nil {
		return err
	}
	err = client.Rollback(ctx, helm.Rollback{
		At: at, Revision: revision, Timeout: r.session.Config.For(at.Hub).Timeout, Wait: true, CleanupOnFail: !makesData(change),
	})
	if err == nil {
		return r.revisions.KeepRecord(ctx, at, revision)
	}
	if ctx.Err() == nil {
		return err
	}
	const longest = 20 * time.Second
	recording, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	if unrecorded := r.revisions.RecordFailure(recording, at); unrecorded != nil {
		r.session.Console.Problem(at.Hub, "the release stays pending until the next deploy: %v", unrecorded)
	}
	return err
}
