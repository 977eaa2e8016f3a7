package ops

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
)

// upgrade is what helm is to do, and what that is made from.
type upgrade struct {
	helm.Upgrade
	record history.Record
	charts []string // that the hub's depends on: name, version and digest
}

// prepare brings together all that goes into a release, without changing anything in the cluster.
func (d *deployment) prepare(ctx context.Context, h hub.Hub) (upgrade, error) {
	c := d.Config.For(h.Name)
	u := upgrade{Upgrade: helm.Upgrade{
		Hub: h.Name, Strings: map[string]string{},
		Options: helm.Options{Force: c.Force, Wait: c.Wait, CleanupOnFail: c.CleanupOnFail, Timeout: c.Timeout},
	}}
	facts := d.survey.factsOf(h.Name)
	var err error
	if facts.Digest, err = d.setImage(ctx, h, &u.Upgrade); err != nil {
		return u, err
	}
	if u.record, err = d.wanted(facts, h, d.survey.fleet.keys[h.Name]); err != nil {
		return u, err
	}
	if u.record.Commit, err = d.commit(ctx, h); err != nil {
		return u, err
	}
	u.record.Run, u.record.Helm = d.runName(), d.helm.Version
	if u.Values, err = d.secretValues(ctx, h); err != nil {
		return u, err
	}
	return u, d.setChart(ctx, h, &u)
}

// setChart copies the chart to a private directory, with all that it depends on.
func (d *deployment) setChart(ctx context.Context, h hub.Hub, u *upgrade) error {
	dir := filepath.Join(d.Scratch, "deploy-"+h.Name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var err error
	if u.Chart, err = helm.CopyChart(d.Config.Root, h.ChartDir, h.Chart.Dependencies, dir); err != nil || len(h.Chart.Dependencies) == 0 {
		return err
	}
	dependencies, err := helm.Resolve(d.Config.Root, h.ChartDir, h.Chart)
	if err != nil {
		return err
	}
	u.charts, err = d.charts.Update(ctx, h.Name, u.Chart, dependencies)
	return err
}

// chartsOf is where the charts come from that hubs depend on. A sandbox's registry speaks plain HTTP.
func (s *Session) chartsOf(client *helm.Client) *helm.Dependencies {
	return &helm.Dependencies{
		Client: client, Cache: &helm.ChartCache{Dir: filepath.Join(s.Config.CacheDir, "charts")}, Scratch: s.Scratch,
		PlainHTTP: func(dependency hub.Dependency) bool {
			return s.sandbox != nil && strings.HasPrefix(dependency.Repository, "oci://"+s.sandbox.Registry+"/")
		},
	}
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

// setImage makes the chart use the hub's image, which must be in the registry, and returns its digest.
func (d *deployment) setImage(ctx context.Context, h hub.Hub, upgrade *helm.Upgrade) (digest string, err error) {
	if h.ImageDir == "" {
		return "", nil
	}
	tag, registry := d.survey.of(h.Name).Tag, d.registry()
	if digest, err = registry.Digest(ctx, h.Name, tag); err != nil {
		return "", err
	}
	if digest == "" {
		return "", exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s:%s is not in the registry; push it first, with push:hub %s",
			h.Name, registry.Repository(h.Name), tag, h.Name))
	}
	if err := d.verified(ctx, d.cosign, h.Name, digest); err != nil {
		return "", err
	}
	for _, path := range d.Config.NamePaths {
		upgrade.Strings[path] = registry.Repository(h.Name)
	}
	for _, path := range d.Config.TagPaths {
		// The digest is what counts: a node pulls what was verified, and not what the tag names by then.
		upgrade.Strings[path] = tag + "@" + digest
	}
	return digest, nil
}
