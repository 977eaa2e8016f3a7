package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/watch"
)

// DeployHub upgrades the release of one hub and waits for its rollout.
func DeployHub(name string) Verb {
	return func(ctx context.Context, s *Session) error { return s.deploy(ctx, one(name)) }
}

// DeployAll upgrades the releases of the hubs that this event may deploy.
func DeployAll(ctx context.Context, s *Session) error { return s.deploy(ctx, selection{}) }

// deployment is what the deploys of a run share.
type deployment struct {
	*Session
	survey *survey
	kube   *kube.Client
	helm   *helm.Client
	watch  *watch.Watcher
	charts *helm.Dependencies
	cosign *cosign.Cosign // nil: images need no signature
	slots  chan struct{}  // one for each upgrade that may be under way
}

func (s *Session) deploy(ctx context.Context, which selection) error {
	v, err := s.survey(ctx, which.names...)
	if err != nil {
		return err
	}
	if err := s.lockCheckout(); err != nil {
		return err
	}
	d := &deployment{Session: s, survey: v, slots: make(chan struct{}, s.Config.Upgrades)}
	if err := d.connect(ctx); err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "deploying")()
	step := func(name string) plan.Step { return v.of(name).Deploy }
	defer d.tellStates(ctx, v.hubs)
	return s.inWaves(ctx, v.hubs, "deploy", which.named, step, d.deployOne)
}

// connect asks the cluster what it has, and finds helm if any hub needs it. Where the event lets nothing be deployed,
// nothing is asked.
func (d *deployment) connect(ctx context.Context) error {
	step := func(name string) plan.Step { return d.survey.of(name).Deploy }
	if !d.survey.any(step) {
		return nil
	}
	client, access, err := d.cluster(ctx)
	if err != nil {
		return err
	}
	if err := d.confirm(ctx, client, access); err != nil {
		return err
	}
	d.kube = client
	if err := d.askCluster(ctx, d.survey, client); err != nil || !d.survey.any(step) {
		return err
	}
	if err := d.survey.fleet.refuseTiller(); err != nil {
		return err
	}
	if d.helm, err = d.Session.helm(ctx, access); err != nil {
		return err
	}
	d.charts = d.chartsOf(d.helm)
	if d.watch, err = d.watcher(ctx, client); err != nil {
		return err
	}
	if d.cosign, err = d.Session.cosign(ctx); err != nil {
		return err
	}
	d.Console.Info("", "deploying to %s with helm %s", d.where(access), d.helm.Version)
	return nil
}

// deployOne brings one hub's release to what the repository says. Nothing is changed in the cluster before image,
// secret values and chart are all there.
func (d *deployment) deployOne(ctx context.Context, h hub.Hub) (string, error) {
	start := time.Now()
	defer d.forgetSecrets(h)
	u, err := d.prepare(ctx, h)
	if err == nil && d.Config.For(h.Name).Checks {
		err = d.helm.Lint(ctx, u.Upgrade)
	}
	if err != nil {
		return "", err
	}
	d.slots <- struct{}{}
	defer func() { <-d.slots }()
	var text string
	err = d.locked(ctx, d.kube, h.Name, func(ctx context.Context) error {
		text, err = d.release(ctx, h, u)
		return err
	})
	return fmt.Sprintf("%s, in %s", text, time.Since(start).Round(time.Second/10)), err
}

// release upgrades the hub, which nobody else can change meanwhile, and waits for its rollout.
func (d *deployment) release(ctx context.Context, h hub.Hub, u upgrade) (string, error) {
	release, err := d.kube.Release(ctx, h.Name)
	if err != nil {
		return "", err
	}
	newest, planned := release.Newest(), d.survey.factsOf(h.Name).Release
	if now := planned.With(newest.Number, newest.Status, newest.Record); newest.Number != planned.Revision && now.Unchanged() {
		return "no deploy: another run was faster, " + now.String(), nil
	}
	if release, err = d.settled(ctx, release); err != nil {
		return "", err
	}
	if err := d.keySecrets(ctx, h, &u.record); err != nil {
		return "", err
	}
	u.Labels, u.Description = u.record.Map(), d.description(u.record, u.charts)
	if err := d.withoutImpossibleForce(ctx, &u.Upgrade); err != nil {
		return "", err
	}
	if d.Config.For(h.Name).Checks {
		if err := d.check(ctx, h, u.Upgrade, release); err != nil {
			return "", err
		}
	}
	workloads, err := d.upgradeAndWatch(ctx, h, u.Upgrade)
	if err != nil {
		return "", errors.Join(err, d.back(ctx, h))
	}
	return "deployed, " + rolledOut(workloads), nil
}

// withoutImpossibleForce leaves --force out where it cannot work. With Helm 2 it replaced what could not be patched;
// since Helm 3 it replaces every object, which Kubernetes refuses for a claim that is bound: a hub with a database on
// a volume could be installed, and never upgraded.
func (d *deployment) withoutImpossibleForce(ctx context.Context, upgrade *helm.Upgrade) error {
	if !upgrade.Force {
		return nil
	}
	claims, err := d.kube.Claims(ctx, upgrade.Hub)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(claims, func(c kube.Claim) bool { return c.Helm && c.Bound }); at >= 0 {
		upgrade.Force = false
		d.Console.Info(upgrade.Hub, "--force is left out: the release holds a bound claim (%s), which cannot be replaced", claims[at].Name)
	}
	return nil
}
