package release

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/survey"
)

// Diff writes to standard output what a deploy of a hub would change in the cluster, object by object; it changes nothing. Of a hub that is
// unchanged that is nothing, whatever a forced deploy would do.
func (r *Releases) Diff(ctx context.Context, found *survey.Survey, h hub.Hub) error {
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	release := found.Fleet.Release(h.At)
	if release.Newest().Number == 0 {
		return exit.Input("hub %s was never deployed: all of it is new", h.Name)
	}
	console, state := r.session.Console, found.FactsOf(h.Name).Release
	if state.Unchanged() && !r.session.Config.DeployUnchanged {
		console.Result("%s: %s: a deploy changes nothing; with DEPLOY_UNCHANGED=1 this shows what a deploy with it would change", h.Name, state)
		return nil
	}
	d, err := r.newDeploy(ctx, found, h)
	if err != nil {
		return err
	}
	defer d.forgetSecrets()
	for _, prepare := range []func(context.Context) error{d.findImages, d.makeRecord, d.copyValues, d.decryptSecrets, d.copyChart, d.setInLists} {
		if err := prepare(ctx); err != nil {
			return err
		}
	}
	d.release = release
	if err := d.render(ctx); err != nil {
		return err
	}
	console.Result("%s: %s", h.Name, state)
	r.showDiff(d.rendering.newest, d.rendering.after, func(line string) { console.Result("%s", line) })
	if err := d.checkReach(ctx); err != nil {
		if exit.Code(err) != exit.BadInput {
			return err
		}
		console.Result("a deploy refuses this: %v", err)
	}
	lost, err := loss.Find(ctx, r.kube, h.At, d.change())
	if err == nil && !lost.Empty() {
		console.Result("this deletes %s; a deploy refuses it without ALLOW_DELETE=%s", lost, h.Name)
	}
	return err
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
