package ops

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// settled returns the hub's release out of any state that a killed run has left.
func (d *deployment) settled(ctx context.Context, release kube.Release) (kube.Release, error) {
	if !plan.Pending(release.Newest().Status) {
		return release, nil
	}
	if err := d.unstick(ctx, release.Name, release); err != nil {
		return release, err
	}
	return d.kube.Release(ctx, release.Name)
}

// unstick returns a release whose run was killed to the last revision that was deployed. Of a first install it removes
// what there is, and of a removal what is left; claims stay in both cases.
func (d *deployment) unstick(ctx context.Context, name string, release kube.Release) error {
	stuck := release.Newest()
	d.Console.Problem(name, "revision %d is %s since %s, begun by %s, and no live run holds the lock: that run was killed",
		stuck.Number, stuck.Status, time.Since(stuck.Made).Round(time.Second), orSomebody(stuck.Record.Run))
	target := release.Healthy(stuck.Number)
	if target.Number == 0 && len(release.Revisions) > 1 { // nothing ever worked: anything that is not stuck will do
		target = release.Revisions[len(release.Revisions)-2]
	}
	if stuck.Status == "uninstalling" || target.Number == 0 || plan.Pending(target.Status) {
		return d.uninstall(ctx, d.kube, d.helm, name, stuck.Number)
	}
	return d.helm.Rollback(ctx, name, target.Number, false, d.Config.For(name).Timeout)
}

func orSomebody(run string) string {
	if run == "" || run == history.None {
		return "somebody"
	}
	return run
}

// keySecrets makes the key of the namespace's record if it has none, and digests the secret values with it.
func (d *deployment) keySecrets(ctx context.Context, h hub.Hub, r *history.Record) error {
	key := d.survey.fleet.keys[h.Name]
	if h.Secret != "" && r.Secrets == history.Unknown {
		var err error
		if key, err = d.kube.MakeRecordKey(ctx, h.Name); err != nil {
			return fmt.Errorf("recording what hub %s is made from: %w", h.Name, err)
		}
		r.Secrets = d.secretDigest(h, key)
	}
	r.Decrypted = d.decryptedDigest(ctx, h, key)
	return nil
}
