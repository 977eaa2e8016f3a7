package release

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// unstick repairs a release that a killed run has left half changed: it returns it to the last revision that was deployed. After a
// first install or a removal it removes what is there; claims stay in both cases.
func (d *deploy) unstick(ctx context.Context) (err error) {
	name, at, stuck := d.hub.Name, d.hub.At, d.release.Newest()
	if !plan.Pending(stuck.Status) {
		return nil
	}
	d.session.Console.Problem(name, "revision %d is %s since %s, begun by %s, and no live run holds the lock: that run was killed",
		stuck.Number, stuck.Status, time.Since(stuck.Made).Round(time.Second), orSomebody(stuck.Record.Run))
	target := d.release.Healthy(stuck.Number)
	if target.Number == 0 && len(d.release.Revisions) > 1 { // no revision was ever healthy: take any that is not stuck
		target = d.release.Revisions[len(d.release.Revisions)-2]
	}
	if stuck.Status == "uninstalling" || target.Number == 0 || plan.Pending(target.Status) {
		err = d.uninstall(ctx, at, stuck.Number)
	} else {
		err = d.unstickTo(ctx, stuck.Number, target.Number)
	}
	if err != nil {
		return err
	}
	d.release, err = d.kube.Release(ctx, at)
	return err
}

// unstickTo returns the release to a revision. Where that would delete a claim that the killed run has made, the stuck revision is
// only recorded as failed: the upgrade that follows starts from the revision before it.
func (d *deploy) unstickTo(ctx context.Context, stuck, target int) error {
	change, err := d.rollbackChange(ctx, d.hub.At, stuck, target)
	if err != nil {
		return err
	}
	if err := d.confine(ctx, d.hub.At, fmt.Sprintf("put in order by a rollback to revision %d", target), change, nil); err != nil {
		return err
	}
	lost, err := loss.Find(ctx, d.kube, d.hub.At, change)
	if err != nil {
		return err
	}
	if lost.Empty() {
		if back, err := d.earlier.SecretsBack(ctx, d.hub.At, d.release, d.release.Of(target)); err == nil && back != "" {
			d.session.Console.Problem(d.hub.Name, "until this deploy is through, it has the secret values of revision %d again: that has %s", target, back)
		}
		return d.helm.Rollback(ctx, helm.Rollback{At: d.hub.At, Revision: target, Timeout: d.settings.Timeout})
	}
	d.session.Console.Note(d.hub.Name, "revision %d is recorded as failed; to go back to revision %d would delete %s", stuck, target, lost)
	return d.revisions.RecordFailure(ctx, d.hub.At)
}

func orSomebody(run string) string {
	if run == "" || run == history.None {
		return "somebody"
	}
	return run
}

// ErrStuck is the error for a release whose run was killed, or is still at work.
var ErrStuck = errors.New("stuck")

// CheckStuck returns how many releases hub-ops has deployed to the cluster, in words; ErrStuck if one of them was left half
// changed or is being changed. Those of others are their business.
func CheckStuck(ctx context.Context, client *kube.Client) (string, error) {
	releases, err := client.Releases(ctx)
	if err != nil {
		return "", err
	}
	ours, stuck := 0, []string(nil)
	for _, release := range releases {
		if release.Recorded().Number == 0 {
			continue
		}
		ours++
		if plan.Pending(release.Newest().Status) {
			stuck = append(stuck, fmt.Sprintf("%s (%s)", layout.Address{Release: release.Name, Namespace: release.Namespace}.Named(), release.Newest().Status))
		}
	}
	if len(stuck) > 0 {
		slices.Sort(stuck)
		return "", exit.Errorf(exit.Setup, "%w: %s", ErrStuck, strings.Join(stuck, ", ")).Try("if no run is at work there, deploy again: that puts it in order")
	}
	return fmt.Sprintf("%d releases, none stuck", ours), nil
}
