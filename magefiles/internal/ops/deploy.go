package ops

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
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
}

func (s *Session) deploy(ctx context.Context, which selection) error {
	v, err := s.survey(ctx, which.names...)
	if err != nil {
		return err
	}
	step := func(name string) plan.Step { return v.of(name).Deploy }
	if err := s.lockCheckout(); err != nil {
		return err
	}
	d := &deployment{Session: s, survey: v}
	if v.any(step) {
		if err := d.connect(ctx); err != nil {
			return err
		}
	}
	defer s.Console.Beat(heartbeat, "deploying")()
	return s.each(ctx, v.hubs, "deploy", which.named, step, d.deployOne)
}

func (d *deployment) connect(ctx context.Context) error {
	client, access, err := d.cluster(ctx)
	if err != nil {
		return err
	}
	if err := d.confirm(ctx, client, access); err != nil {
		return err
	}
	d.kube = client
	if d.helm, err = d.Session.helm(ctx, access); err != nil {
		return err
	}
	d.Console.Info("", "deploying to %s", d.where(access))
	return nil
}

// deployOne brings one hub's release to what the repository says. Nothing is changed in the cluster before image,
// secret values and chart are all there.
func (d *deployment) deployOne(ctx context.Context, h hub.Hub) (string, error) {
	start := time.Now()
	defer d.forgetSecrets(h)
	upgrade, err := d.prepare(ctx, h)
	if err != nil {
		return "", err
	}
	if err := d.withoutImpossibleForce(ctx, &upgrade); err != nil {
		return "", err
	}
	if err := d.helm.Upgrade(ctx, upgrade); err != nil {
		d.kube.ShowTrouble(ctx, h.Name)
		return "", err
	}
	workloads, err := d.rollout(ctx, d.kube, h.Name)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("deployed, %s, in %s", rolledOut(workloads), time.Since(start).Round(time.Second/10)), nil
}

func (d *deployment) prepare(ctx context.Context, h hub.Hub) (helm.Upgrade, error) {
	upgrade := helm.Upgrade{
		Hub: h.Name, Strings: map[string]string{},
		Labels: map[string]string{kube.ImageLabel: "none"},
		Options: helm.Options{
			Force: d.Config.Force, Wait: d.Config.Wait, CleanupOnFail: d.Config.CleanupOnFail, Timeout: d.Config.Timeout,
		},
	}
	var err error
	if upgrade.Labels[kube.CommitLabel], err = d.commit(ctx, h); err != nil {
		return upgrade, err
	}
	if err := d.setImage(ctx, h, &upgrade); err != nil {
		return upgrade, err
	}
	if upgrade.Values, err = d.secretValues(ctx, h); err != nil {
		return upgrade, err
	}
	dir := filepath.Join(d.Scratch, "deploy-"+h.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return upgrade, err
	}
	if upgrade.Chart, err = helm.CopyChart(d.Config.Root, h.ChartDir, h.Chart.Dependencies, dir); err != nil {
		return upgrade, err
	}
	if len(h.Chart.Dependencies) == 0 {
		return upgrade, nil
	}
	return upgrade, d.helm.UpdateDependencies(ctx, h.Name, upgrade.Chart, dir, d.inSandbox(h.Chart.Dependencies))
}

// commit names what is deployed, abbreviated. A chart that is not committed shows, and CI refuses it. Secret values are
// left out: they may have been decrypted in place.
func (d *deployment) commit(ctx context.Context, h hub.Hub) (string, error) {
	changed, err := d.survey.repo.Changed(ctx, helm.ChartDirs(h.ChartDir, h.Chart.Dependencies)...)
	if err != nil {
		return "", err
	}
	commit := fmt.Sprintf("%.12s", d.survey.head.Hash)
	switch {
	case len(changed) == 0:
		return commit, nil
	case d.Config.Event.InCI():
		return "", exit.Input("%s has uncommitted changes: CI deploys committed content only; is a step before this one writing there?", changed[0])
	}
	d.Console.Info(h.Name, "%s has uncommitted changes: the release's commit is marked dirty", changed[0])
	return commit + "-dirty", nil
}

// inSandbox reports whether a dependency comes from the sandbox's registry, which speaks plain HTTP.
func (d *deployment) inSandbox(dependencies []hub.Dependency) bool {
	return d.sandbox != nil && slices.ContainsFunc(dependencies, func(dependency hub.Dependency) bool {
		return strings.HasPrefix(dependency.Repository, "oci://"+d.sandbox.Registry+"/")
	})
}

// withoutImpossibleForce leaves --force out where it cannot work. With Helm 2 it replaced what could not be patched;
// since Helm 3 it replaces every object, which Kubernetes refuses for a claim that is bound: a hub with a database on
// a volume could be installed, and never upgraded.
func (d *deployment) withoutImpossibleForce(ctx context.Context, upgrade *helm.Upgrade) error {
	if !upgrade.Force {
		return nil
	}
	claims, err := d.kube.BoundClaims(ctx, upgrade.Hub)
	if err != nil {
		return err
	}
	if len(claims) > 0 {
		upgrade.Force = false
		d.Console.Info(upgrade.Hub, "--force is left out: the release holds a bound claim (%s), which cannot be replaced", strings.Join(claims, ", "))
	}
	return nil
}

// setImage makes the chart use the hub's image, which must be in the registry.
func (d *deployment) setImage(ctx context.Context, h hub.Hub, upgrade *helm.Upgrade) error {
	if h.ImageDir == "" {
		return nil
	}
	tag, registry := d.survey.of(h.Name).Tag, d.registry()
	digest, err := registry.Digest(ctx, h.Name, tag)
	if err != nil {
		return err
	}
	if digest == "" {
		return exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s:%s is not in the registry; push it first, with push:hub %s",
			h.Name, registry.Repository(h.Name), tag, h.Name))
	}
	for _, path := range d.Config.NamePaths {
		upgrade.Strings[path] = registry.Repository(h.Name)
	}
	for _, path := range d.Config.TagPaths {
		upgrade.Strings[path] = tag
	}
	upgrade.Labels[kube.ImageLabel] = tag
	return nil
}
