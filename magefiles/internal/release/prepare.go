package release

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/ui"
)

// findImage sets the values that make the chart use the hub's image. The image must be in the registry.
func (d *deploy) findImage(ctx context.Context) (err error) {
	if d.hub.ImageDir == "" {
		d.facts.Digest = ""
		return nil
	}
	name, tag := d.hub.Name, d.found.Of(d.hub.Name).Tag
	if d.facts.Digest, err = d.registry.Digest(ctx, name, tag); err != nil {
		return err
	}
	if d.facts.Digest == "" {
		return exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s:%s is not in the registry; push it first, with push:hub %s",
			name, d.registry.Repository(name), tag, name))
	}
	if err := d.checkSignature(ctx, d.signer, name, d.facts.Digest); err != nil {
		return err
	}
	if err := d.checkPlatform(ctx); err != nil {
		return err
	}
	for _, path := range d.settings.NamePaths {
		d.upgrade.Strings[path] = d.registry.Repository(name)
	}
	for _, path := range d.settings.TagPaths {
		// Nodes pull by digest, so they get the image that was verified, also if the tag is moved later.
		d.upgrade.Strings[path] = tag + "@" + d.facts.Digest
	}
	return nil
}

// makeRecord makes the record of what the release is made from.
func (d *deploy) makeRecord(ctx context.Context) (err error) {
	if d.record, err = d.surveyor.Record(ctx, d.facts, d.hub, d.found.Fleet.Key(d.hub.Name)); err != nil {
		return err
	}
	here, err := d.surveyor.Here(ctx)
	if err != nil {
		return err
	}
	d.record.Run, d.record.Helm, d.record.Repository = d.session.Name(), d.helm.Version, here.Mark()
	d.record.Commit, err = d.commit(ctx)
	return err
}

// commit names what is deployed, abbreviated. A chart that is not committed shows, and CI refuses it. Secret values are
// left out: they may have been decrypted in place.
func (d *deploy) commit(ctx context.Context) (string, error) {
	changed, err := d.surveyor.Uncommitted(ctx, d.hub)
	if err != nil {
		return "", err
	}
	commit := fmt.Sprintf("%.12s", d.found.Head.Hash)
	switch {
	case len(changed) == 0:
		return commit, nil
	case d.session.Config.Event.InCI():
		return "", exit.Input("%s has uncommitted changes: CI deploys committed content only", changed[0]).Try("look for an earlier step of CI that writes there")
	}
	d.session.Console.Info(d.hub.Name, "%s: uncommitted changes, so the release's commit is marked dirty", ui.Some(changed))
	return commit + "-dirty", nil
}

// copyChart copies the chart, as Git holds it, to a private directory, with all that it depends on.
func (d *deploy) copyChart(ctx context.Context) error {
	tree, err := d.surveyor.Tree(ctx, d.hub)
	if err != nil {
		return err
	}
	if err := d.tellIgnored(ctx, tree); err != nil {
		return err
	}
	dependencies, err := d.to.ChartDependencies(ctx)
	if err != nil {
		return err
	}
	d.upgrade.Chart = filepath.Join(d.session.Scratch, "deploy-"+d.hub.Name, filepath.FromSlash(d.hub.ChartDir))
	d.charts, err = dependencies.Assemble(ctx, d.hub.Name, tree, d.upgrade.Chart)
	return err
}

// tellIgnored names what lies in the chart's directories and is not deployed.
func (d *deploy) tellIgnored(ctx context.Context, tree *chart.Tree) error {
	ignored, err := d.surveyor.Ignored(ctx, tree)
	if err == nil && len(ignored) > 0 {
		d.session.Console.Info(d.hub.Name, "%s: ignored by Git, so not deployed", ui.Some(ignored))
	}
	return err
}

// lintChart has helm lint the chart with the values of the upgrade. What lint finds and helm renders all the same for this
// cluster, such as a template whose name ends in .json or one that looks something up, is a warning.
func (d *deploy) lintChart(ctx context.Context) error {
	if !d.settings.Checks {
		return nil
	}
	found := d.helm.Lint(ctx, d.upgrade)
	if found == nil || ctx.Err() != nil {
		return found
	}
	if _, err := d.dryRun(ctx); err != nil {
		return found
	}
	d.session.Console.Info(d.hub.Name, "warning: %v", found)
	return nil
}

// keyRecord makes the key of the namespace's record if it has none, digests the secret values with it, and puts the record on
// the release.
func (d *deploy) keyRecord(ctx context.Context) error {
	name, key := d.hub.Name, d.found.Fleet.Key(d.hub.Name)
	if d.hub.Secret != "" && d.record.Secrets == history.Unknown {
		var err error
		if key, err = d.kube.MakeRecordKey(ctx, name); err != nil {
			return fmt.Errorf("recording what hub %s is made from: %w", name, err)
		}
		d.record.Secrets = d.surveyor.SecretDigest(d.hub, key)
	}
	d.record.Decrypted = d.surveyor.DecryptedDigest(ctx, d.hub, key)
	d.record.Revision = strconv.Itoa(d.release.Newest().Number + 1) // no other run makes one meanwhile
	d.upgrade.Labels, d.upgrade.Description = d.record.Map(), d.description()
	return nil
}

// description is the text for helm history, which may hold characters that a label cannot.
func (d *deploy) description() string {
	parts := []string{"commit " + d.record.Commit, "by " + d.record.Run}
	if page := d.session.Config.BuildPage; page != "" {
		parts = append(parts, page)
	}
	if d.record.ImageTag != history.None {
		parts = append(parts, fmt.Sprintf("image %s sha256:%.12s", d.record.ImageTag, d.record.ImageDigest))
	}
	return strings.Join(append(parts, d.charts...), "; ")
}
