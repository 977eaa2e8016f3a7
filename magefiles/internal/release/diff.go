package release

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/survey"
)

// Diff returns what a deploy of a hub would change in the cluster, object by object; it changes nothing. Of a hub that is unchanged that is
// nothing, whatever a forced deploy would do.
func (r *Releases) Diff(ctx context.Context, found *survey.Survey, h hub.Hub) (doc document.Diff, err error) {
	doc = document.Diff{Version: document.Version, Kind: document.DiffKind, Hub: h.Name, Against: "the cluster"}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return doc, err
	}
	release := found.Fleet.Release(h.At)
	if release.Newest().Number == 0 {
		return doc, exit.Input("hub %s was never deployed: all of it is new", h.Name)
	}
	state := found.FactsOf(h.Name).Release
	doc.State = state.String()
	if state.Unchanged() && !r.session.Config.DeployUnchanged {
		doc.Unchanged = true
		return doc, nil
	}
	d, err := r.newDeploy(ctx, found, h)
	if err != nil {
		return doc, err
	}
	defer d.forgetSecrets()
	for _, prepare := range []func(context.Context) error{d.findImages, d.makeRecord, d.copyValues, d.decryptSecrets, d.copyChart, d.setInLists} {
		if err := prepare(ctx); err != nil {
			return doc, err
		}
	}
	d.release = release
	if err := d.render(ctx); err != nil {
		return doc, err
	}
	doc.Users, doc.Changes = r.changes(d.rendering.newest, d.rendering.after)
	if err := d.checkReach(ctx); err != nil {
		if exit.Code(err) != exit.BadInput {
			return doc, err
		}
		doc.Refused = err.Error()
	}
	lost, err := loss.Find(ctx, r.kube, h.At, d.change())
	if err == nil && !lost.Empty() {
		doc.Deletes = lost.String()
	}
	return doc, err
}

// changes are the differences of two manifests, without secret values, and what they mean for users.
func (r *Releases) changes(before, after []manifest.Object) (users string, changes []document.Change) {
	users = manifest.Impact(before, after) // first: the diff masks what it shows
	for _, change := range manifest.Diff(before, after) {
		shown := document.Change{Object: change.Object, Action: change.Action}
		if change.Action == "changed" { // the others can be read in the chart
			shown.Diff = r.session.Run.Redact.Mask(change.Diff)
		}
		changes = append(changes, shown)
	}
	return users, changes
}

// tellDiff tells what the deploy is about to change, if anybody is to be told.
func (d *deploy) tellDiff() {
	if d.Tell == nil {
		return
	}
	doc := document.Diff{
		Version: document.Version, Kind: document.DiffKind, Hub: d.hub.Name, State: d.found.FactsOf(d.hub.Name).Release.String(), Against: "the cluster",
	}
	doc.Users, doc.Changes = d.changes(d.rendering.newest, d.rendering.after)
	d.Tell(doc)
}

// showDiff writes the differences of two manifests, and what they mean, without secret values.
func (r *Releases) showDiff(before, after []manifest.Object, write func(line string)) {
	impact := manifest.Impact(before, after) // first: the diff masks what it shows
	changes := manifest.Diff(before, after)
	for _, change := range changes {
		if len(before) == 0 {
			break // everything is new, and can be read in the chart
		}
		write(change.Action + " " + change.Object)
		if change.Action == "changed" {
			write(r.session.Run.Redact.Mask(change.Diff))
		}
	}
	switch {
	case len(before) == 0:
		write("first install: " + counted(after))
	case len(changes) == 0:
		write("no object changes")
	default:
		write("for users: " + impact)
	}
}

func counted(objects []manifest.Object) string {
	parts := len(manifest.Parts(objects))
	text := fmt.Sprintf("%d objects", parts)
	if hooks := len(objects) - parts; hooks > 0 {
		text += fmt.Sprintf(", and %d of hooks", hooks)
	}
	return text
}
