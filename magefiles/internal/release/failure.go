package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// failed puts things in order after an upgrade or its rollout has failed: it removes what the upgrade has newly made, and goes
// back to the last healthy revision if ROLLBACK=1 asks for that. The deploy counts as failed all the same.
func (d *deploy) failed(ctx context.Context, err error) error {
	if unshown := d.checkMade(ctx); errors.Is(unshown, errUnshown) && !errors.Is(err, errUnshown) {
		err = errors.Join(err, unshown)
	}
	d.revisions.RecordUnready(ctx, d.hub.At, d.release.Newest().Number)
	if ctx.Err() == nil {
		d.recordTook(ctx)
	}
	failure := (*diagnosis.Failure)(nil)
	if d.settings.CleanupOnFail && (errors.As(err, &failure) || errors.Is(err, errUnshown) || !d.upgrade.CleanupOnFail) {
		if err := d.cleanUp(ctx); err != nil {
			d.session.Console.Problem(d.hub.Name, "not all that the failed upgrade has made is gone: %v", err)
		}
	}
	if fallback := d.fallBack(ctx); fallback != nil { // it is shown here, so that the deploy's own error remains the cause
		d.session.Console.Problem(d.hub.Name, "the fallback failed too: %v", fallback)
	}
	return err
}

// cleanUp removes what a failed upgrade has newly made, but for bound claims and what claims go with. helm does so with
// --cleanup-on-fail when it fails by itself; when it is ended, versions 3 and 4 only record the failure.
func (d *deploy) cleanUp(ctx context.Context) error {
	name, at := d.hub.Name, d.hub.At
	release, err := d.kube.Release(ctx, at)
	if err != nil {
		return fmt.Errorf("looking for what the failed upgrade of hub %s has made: %w", name, err)
	}
	failed, before := release.Newest(), release.Deployed()
	if failed.Status != "failed" || before.Number == 0 {
		return nil // a first install: helm leaves its objects, so the operator can look at them
	}
	old, err := d.revisions.Objects(ctx, at, before.Number)
	if err != nil {
		return err
	}
	now, err := d.revisions.Objects(ctx, at, failed.Number)
	if err != nil {
		return err
	}
	added := slices.DeleteFunc(manifest.Added(old, now), func(o manifest.Object) bool { return o.HoldsData() && o.Kind != "PersistentVolumeClaim" })
	leftovers, err := d.kube.Leftovers(ctx, at, failed.Number, added)
	if err != nil {
		return fmt.Errorf("looking for what revision %d of hub %s has made: %w", failed.Number, name, err)
	}
	leftovers = slices.DeleteFunc(leftovers, func(one kube.Leftover) bool {
		if one.Bound {
			d.session.Console.Note(name, "kept: %s, which revision %d has made: a volume is bound to it", one.Name, failed.Number)
		}
		return one.Bound
	})
	removed, err := d.kube.RemoveLeftovers(ctx, at, leftovers)
	if len(removed) > 0 {
		d.session.Console.Note(name, "removed what revision %d had newly made: %s", failed.Number, strings.Join(removed, ", "))
	}
	return err
}

// fallBack returns the hub to the last revision that was healthy, if ROLLBACK=1 asks for that, and else tells what state the hub
// is in.
func (d *deploy) fallBack(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	name, at, console := d.hub.Name, d.hub.At, d.session.Console
	release, err := d.kube.Release(ctx, at)
	if !d.settings.Rollback {
		if err == nil {
			console.Problem(name, "%s", stateOf(d.hub, release, d.found.FactsOf(name).Release.Revision))
		}
		return nil
	}
	if err != nil {
		return err
	}
	newest := release.Newest()
	if newest.Number == d.release.Newest().Number {
		console.Problem(name, "nothing is rolled back: helm has made no revision, %s", stateOf(d.hub, release, newest.Number))
		return nil
	}
	target := release.Healthy(newest.Number)
	if target.Number == 0 {
		console.Problem(name, "no earlier revision was healthy: there is nothing to go back to")
		return nil
	}
	if err := d.earlier.Check(ctx, d.signer, at, target); err != nil {
		return err
	}
	if err := d.checkRollback(ctx, at, newest.Number, target.Number); err != nil {
		return err
	}
	if err := d.earlier.CheckSecrets(ctx, at, release, target); err != nil {
		return err
	}
	if _, err = d.rollBackTo(ctx, d.hub, target.Number); err != nil {
		return fmt.Errorf("going back to revision %d: %w", target.Number, err)
	}
	console.Problem(name, "rolled back to revision %d, of commit %s", target.Number, target.Record.Commit)
	return nil
}

// TellStates says, after a run was interrupted, what state each hub is in that the run was to deploy.
func (r *Releases) TellStates(ctx context.Context, found *survey.Survey) {
	if ctx.Err() == nil {
		return
	}
	const longest = 10 * time.Second // the operator who interrupted the run waits
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	releases, err := r.kube.Releases(asking)
	if err != nil {
		r.session.Console.Problem("", "interrupted, and what state the hubs are in cannot be asked: %v", err)
		return
	}
	for _, h := range found.Hubs {
		if found.Of(h.Name).Deploy.Do {
			r.session.Console.Problem(h.Name, "interrupted: %s", stateOf(h, releases[h.At.Key()], found.FactsOf(h.Name).Release.Revision))
		}
	}
}

// stateOf returns a sentence about the state of a release, which was at the revision before.
func stateOf(h hub.Hub, release history.Release, before int) string {
	newest := release.Newest()
	switch {
	case newest.Number == 0:
		return "it is not deployed, and never was"
	case newest.Number == before:
		return fmt.Sprintf("it is as it was, at revision %d (%s)", newest.Number, newest.Status)
	case newest.Status == "deployed":
		return fmt.Sprintf("revision %d is deployed; whether it became ready, 'mage rollout:hub %s' tells", newest.Number, h.Name)
	case plan.Pending(newest.Status):
		return fmt.Sprintf("revision %d is %s: the next deploy puts it in order", newest.Number, newest.Status)
	}
	text := fmt.Sprintf("revision %d is %s", newest.Number, newest.Status)
	if healthy := release.Healthy(newest.Number); healthy.Number > 0 {
		text += fmt.Sprintf("; mend the cause and deploy again, or go back to revision %d with 'mage rollback:hub %s'", healthy.Number, h.Name)
	}
	return text
}
