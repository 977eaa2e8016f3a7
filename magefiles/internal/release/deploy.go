package release

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/watch"
)

// deploy is the state of one hub's deploy while it runs.
type deploy struct {
	*Releases
	found    *survey.Survey
	hub      hub.Hub
	settings *config.Config // of this hub
	helm     *helm.Client
	signer   *cosign.Cosign // nil: images need no signature

	upgrade      helm.Upgrade        // what helm is to do
	facts        plan.HubFacts       // of the hub, with the digests that the registry has now
	inLists      []valuepath.Setting // what of the images goes into lists of values
	secretValues []valuepath.File
	record       history.Record  // what the release is made from
	charts       []string        // the charts that the hub's chart depends on: name, version and digest
	release      history.Release // as the cluster has it, read under the hub's lock
	watched      *watch.Hub      // nil until the upgrade begins
	alone        bool            // no release under another name is this hub: see checkTwin
	rendering    rendering       // what the upgrade would make of the release
	workloads    int             // how many are rolled out
	outcome      string          // how it ended; "" while it goes on
	began        time.Time
	leave        func() // called when all that is left to do is to wait
}

// step is one part of a deploy.
type step struct {
	what string // that is done, for people
	do   func(context.Context) error
}

// preparation collects all that goes into the release, and changes nothing in the cluster.
func (d *deploy) preparation() []step {
	return []step{
		{"finding out whose its release is", d.checkOwner},
		{"finding its images", d.findImages},
		{"finding out who vouches for its images", d.checkVouched},
		{"recording what it is made from", d.makeRecord},
		{"copying its values", d.copyValues},
		{"decrypting its secret values", d.decryptSecrets},
		{"copying its chart", d.copyChart},
		{"setting its images in lists of values", d.setInLists},
		{"linting its chart", d.lintChart},
		{"looking for what is beyond its namespace", d.checkFirst},
		{"looking for it under another name", d.checkTwin},
	}
}

// upgrading brings the release to what the repository says, while no other run can change the hub.
func (d *deploy) upgrading() []step {
	return []step{
		{"reading its release", d.readRelease},
		{"putting its release in order", d.unstick},
		{"keying its record", d.keyRecord},
		{"choosing helm's switches", d.dropImpossibleForce},
		{"rendering the upgrade", d.renderLinted},
		{"looking for what is beyond its namespace", d.checkReach},
		{"looking for it under another name", d.checkTwin},
		{"checking the upgrade", d.checkUpgrade},
		{"looking for what it deletes", d.checkDeletions},
		{"upgrading its release", d.runUpgrade},
		{"looking at what helm has made", d.checkMade},
		{"waiting for its rollout", d.awaitRollout},
	}
}

// Deploy brings one hub's release to what the repository says, and waits for its rollout. Nothing is changed in the cluster
// before image, secret values and chart are all there. It returns the outcome in words, and calls leave when all that is left to
// do is to wait until the new pods have held.
func (r *Releases) Deploy(ctx context.Context, found *survey.Survey, h hub.Hub, leave func()) (string, error) {
	start := time.Now()
	d, err := r.newDeploy(ctx, found, h)
	if err != nil {
		return "", err
	}
	d.leave, d.began = leave, start
	if d.signer, err = r.to.Signer(ctx); err != nil {
		return "", err
	}
	defer d.forgetSecrets()
	err = d.run(ctx)
	return fmt.Sprintf("%s, in %s", d.outcome, time.Since(start).Round(time.Second/10)), err
}

func (r *Releases) newDeploy(ctx context.Context, found *survey.Survey, h hub.Hub) (d *deploy, err error) {
	d = &deploy{Releases: r, found: found, hub: h, settings: r.session.Config.For(h.Name), facts: found.FactsOf(h.Name)}
	d.release = found.Fleet.Release(h.At) // readRelease reads it again, under the lock
	if d.helm, err = r.to.Helm(ctx); err != nil {
		return nil, err
	}
	d.facts.Images = slices.Clone(d.facts.Images)
	c := d.settings
	d.upgrade = helm.Upgrade{
		At: h.At, Strings: map[string]string{}, Shown: helm.Shown{Chart: cmp.Or(h.ChartDir, h.At.Release), Values: slices.Concat(h.Values, h.Secrets)},
		Options: helm.Options{Force: c.Force, Wait: c.Wait, CleanupOnFail: c.CleanupOnFail, Timeout: c.Timeout},
	}
	return d, nil
}

func (d *deploy) run(ctx context.Context) error {
	if err := d.each(ctx, d.preparation()); err != nil {
		return err
	}
	d.stage("wait")
	if err := d.upgrades.Acquire(ctx, 1); err != nil {
		return err
	}
	free, leave := sync.OnceFunc(func() { d.upgrades.Release(1) }), d.leave
	defer free()
	d.leave = func() {
		free()
		leave()
	}
	return d.lockedToDeploy(ctx, d.hub.At, d.found.Of(d.hub.Name).Pass, func(ctx context.Context) error {
		defer d.endWatch()
		d.stage("check")
		err := d.each(ctx, d.upgrading())
		if err != nil && d.watched != nil {
			return d.failed(ctx, err)
		}
		return err
	})
}

// stage tells somebody at a terminal in which stage the deploy is.
func (d *deploy) stage(name string) { d.session.Console.Stage(d.hub.Name, name) }

// each runs the steps in order, until one fails or one sets the outcome.
func (d *deploy) each(ctx context.Context, steps []step) error {
	for _, next := range steps {
		if d.outcome != "" {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("hub %s: stopped before %s: %w", d.hub.Name, next.what, err)
		}
		d.session.Console.Doing(d.hub.Name, next.what)
		if err := next.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readRelease reads the release again: another run may have deployed the same content while this one waited for the lock.
func (d *deploy) readRelease(ctx context.Context) (err error) {
	if d.release, err = d.kube.Release(ctx, d.hub.At); err != nil {
		return err
	}
	newest, planned := d.release.Newest(), d.found.FactsOf(d.hub.Name).Release
	if newest.Number != planned.Revision {
		if err := d.checkOwner(ctx); err != nil {
			return err
		}
	}
	if now := planned.With(newest); newest.Number != planned.Revision && now.Unchanged() {
		d.outcome = "no deploy: another run was faster, " + now.String()
	}
	return nil
}

// dropImpossibleForce leaves --force out where it cannot work. With Helm 2 it replaced what could not be patched;
// since Helm 3 it replaces every object, which Kubernetes refuses for a claim that is bound: a hub with a database on
// a volume could be installed, and never upgraded.
func (d *deploy) dropImpossibleForce(ctx context.Context) error {
	if !d.upgrade.Force {
		return nil
	}
	claims, err := d.kube.Claims(ctx, d.hub.At)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(claims, func(c kube.Claim) bool { return c.Helm && c.Bound }); at >= 0 {
		d.upgrade.Force = false
		d.session.Console.Note(d.hub.Name, "--force is left out: the release holds a bound claim (%s), which cannot be replaced", claims[at].Name)
	}
	return nil
}

// runUpgrade runs helm upgrade, and ends it when the watch says that it cannot succeed.
func (d *deploy) runUpgrade(ctx context.Context) (err error) {
	if d.watched, err = d.watchChange(ctx, d.hub); err != nil {
		return err
	}
	d.stage("helm")
	if len(d.rendering.after) > 0 {
		d.watched.Hooks = manifest.HookWorkloads(d.rendering.after, d.hub.At.Namespace)
	}
	err = d.keepingRoom(ctx, d.hub.At, func() error {
		return d.watched.Guard(ctx, func(ctx context.Context) error { return d.helm.Upgrade(ctx, d.upgrade) })
	})
	return helm.Weighed(err, d.upgrade.Chart, d.rendering.after)
}

func (d *deploy) endWatch() {
	if d.watched != nil {
		d.watched.Close()
	}
}

// awaitRollout waits for the workloads. A release without workloads is allowed, one without any object is an error.
func (d *deploy) awaitRollout(ctx context.Context) (err error) {
	d.stage("rollout")
	if d.workloads, err = d.rollout(ctx, d.watched, d.hub, d.leave); err != nil {
		return err
	}
	if d.workloads == 0 {
		if err := d.checkNotEmpty(ctx); err != nil {
			return err
		}
	} else if err := d.checkServer(ctx, d.hub); err != nil {
		return err
	}
	d.outcome = "deployed, " + rolledOut(d.workloads)
	d.recordTook(ctx)
	return nil
}

// recordTook puts how long the deploy took, or how long it was until it failed, on the release, for whoever looks at the fleet over time.
func (d *deploy) recordTook(ctx context.Context) {
	revision, err := strconv.Atoi(d.record.Revision)
	if err == nil {
		err = d.kube.LabelStored(ctx, d.hub.At, revision, map[string]string{history.TookLabel: history.TookOf(time.Since(d.began))})
	}
	if err != nil && api.Code(err) != http.StatusNotFound { // helm has failed before it made a revision
		d.session.Console.Info(d.hub.Name, "how long the deploy took is not recorded: %v", err)
	}
}
