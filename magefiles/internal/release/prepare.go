package release

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/valuepath"
)

// findImages sets the values that make the chart use the hub's images. They must be in the registry.
func (d *deploy) findImages(ctx context.Context) (err error) {
	for i, image := range d.hub.Images {
		fact := &d.facts.Images[i]
		if fact.Base {
			continue
		}
		if fact.Digest, err = d.digestNow(ctx, image, *fact); err != nil {
			return err
		}
		if err := d.checkPlatform(ctx, image, *fact); err != nil {
			return err
		}
		// Nodes pull by digest, so they get the image that was verified, also if the tag is moved later.
		repository, tag, to := image.In(d.registry.Repository), pinned(*fact), d.targets(image)
		d.set(to.Names, repository)
		d.set(to.Tags, tag)
		d.set(to.Whole, repository+":"+tag)
	}
	return nil
}

// pinned is the tag of an image with its digest, if that is known.
func pinned(fact plan.ImageFacts) string {
	if fact.Digest == "" {
		return fact.Tag
	}
	return fact.Tag + "@" + fact.Digest
}

// digestNow asks the registry of an image for its digest. It is an error if the image is not there.
func (d *deploy) digestNow(ctx context.Context, image hub.Image, fact plan.ImageFacts) (string, error) {
	if image.BuiltElsewhere() {
		return d.digestElsewhere(ctx, image, fact)
	}
	digest, err := d.registry.Digest(ctx, image.Name, fact.Tag)
	if err == nil && digest == "" {
		err = exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s:%s is not in the registry; push it first, with push:hub %s",
			d.hub.Name, d.registry.Repository(image.Name), fact.Tag, d.hub.Name))
	}
	return digest, err
}

// set sets values to a text. Those within lists are set when all files of values are there.
func (d *deploy) set(paths []string, text string) {
	for _, path := range paths {
		if parsed, err := valuepath.Parse(path); err == nil && parsed.InList() {
			d.inLists = append(d.inLists, valuepath.Setting{Path: parsed, Value: text})
		} else {
			d.upgrade.Strings[path] = text
		}
	}
}

// setInLists writes a last file of values, with the lists in which something is set.
func (d *deploy) setInLists(ctx context.Context) error {
	if len(d.inLists) == 0 {
		return nil
	}
	files, err := d.surveyor.PlainValues(ctx, d.hub)
	if err != nil {
		return err
	}
	content, err := valuepath.Lists(append(files, d.secretValues...), d.inLists)
	if err != nil {
		return err
	}
	return d.addValues(filepath.Join(d.session.Scratch, "images-"+d.hub.Name), "images-in-lists.yaml", content)
}

// makeRecord makes the record of what the release is made from.
func (d *deploy) makeRecord(ctx context.Context) (err error) {
	if d.record, err = d.surveyor.Record(ctx, d.facts, d.hub, d.found.Fleet.Key(d.hub.At)); err != nil {
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
	d.session.Console.Note(d.hub.Name, "%s: uncommitted changes, so the release's commit is marked dirty", ui.Some(changed))
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
	whole, err := dependencies.Assemble(ctx, d.hub.Name, tree, filepath.Join(d.session.Scratch, "deploy-"+d.hub.Name, filepath.FromSlash(d.hub.ChartDir)))
	d.upgrade.Chart, d.charts = whole.Path, whole.Fetched
	return err
}

// copyValues copies the hub's files of values, as Git holds them.
func (d *deploy) copyValues(ctx context.Context) error {
	contents, err := d.surveyor.ValueFiles(ctx, d.hub)
	if err != nil {
		return err
	}
	for i, content := range contents {
		if err := d.addValues(d.valuesDir(), d.hub.Values[i], content); err != nil {
			return err
		}
	}
	return nil
}

func (d *deploy) valuesDir() string { return filepath.Join(d.session.Scratch, "values-"+d.hub.Name) }

// addValues writes a file of values, under its name in the repository, below a directory of the run, for helm.
func (d *deploy) addValues(below, name string, content []byte) error {
	file := filepath.Join(below, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	d.upgrade.Values = append(d.upgrade.Values, file)
	return os.WriteFile(file, content, 0o600)
}

// tellIgnored names what lies in the chart's directories and is not deployed.
func (d *deploy) tellIgnored(ctx context.Context, tree *chart.Tree) error {
	ignored, err := d.surveyor.Ignored(ctx, tree)
	if err == nil && len(ignored) > 0 {
		d.session.Console.Note(d.hub.Name, "%s: ignored by Git, so not deployed", ui.Some(ignored))
	}
	return err
}

// keyRecord makes the key of the namespace's record if it has none, digests the secret values with it, and puts the record on
// the release.
func (d *deploy) keyRecord(ctx context.Context) error {
	name, key := d.hub.Name, d.found.Fleet.Key(d.hub.At)
	if len(d.hub.Secrets) > 0 && d.record.Secrets == history.Unknown {
		var err error
		if key, err = d.kube.MakeRecordKey(ctx, d.hub.At); err != nil {
			return fmt.Errorf("recording what hub %s is made from: %w", name, err)
		}
		d.record.Secrets = d.surveyor.SecretDigest(d.hub, key)
	}
	d.record.Decrypted = d.surveyor.DecryptedDigest(ctx, d.hub, key)
	d.record.Revision = strconv.Itoa(d.release.Newest().Number + 1) // no other run makes one meanwhile
	d.record.Images = d.record.Images.Without(d.release.Newest().Record.Images)
	d.upgrade.Labels, d.upgrade.Description = d.record.Map(), d.description()
	return nil
}

// description is the text for helm history, which may hold characters that a label cannot.
func (d *deploy) description() string {
	parts := []string{"commit " + d.record.Commit, "by " + d.record.Run}
	if page := d.session.Config.BuildPage; page != "" {
		parts = append(parts, page)
	}
	for _, image := range d.facts.Images {
		if image.Base {
			continue
		}
		text := "image " + image.Tag
		if image.Digest != "" {
			text += fmt.Sprintf(" sha256:%.12s", history.Image(image.Digest))
		}
		parts = append(parts, text)
	}
	return strings.Join(append(parts, d.charts...), "; ")
}
