package release

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/kube/admission"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
)

// rendering is what an upgrade starts from and what it makes.
type rendering struct {
	newest   []manifest.Object // of the newest revision
	current  []manifest.Object // of the revision that helm compares with: see history.Release.Current
	after    []manifest.Object
	hooks    []manifest.Object // before and after the change
	rendered helm.Rendered
}

// render finds out what the upgrade would make of the release.
func (d *deploy) render(ctx context.Context) (err error) {
	// Read the release first: helm's own message about a release that it cannot read says nothing useful.
	name, newest, current := d.hub.Name, d.release.Newest().Number, d.release.Current().Number
	if d.rendering.newest, err = d.manifest(ctx, name, newest); err != nil {
		return err
	}
	d.rendering.current = d.rendering.newest
	if current != newest {
		if d.rendering.current, err = d.manifest(ctx, name, current); err != nil {
			return err
		}
	}
	if d.rendering.rendered, err = d.dryRun(ctx); err != nil {
		if !d.settings.Checks && len(d.rendering.current) == 0 { // there is nothing to lose, and helm says the same again if it fails
			d.session.Console.Info(name, "not looked at before helm begins: %v", err)
			return nil
		}
		return err
	}
	if d.rendering.after, err = manifest.Parse(d.rendering.rendered.Manifest, name); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w", name, err))
	}
	for _, hook := range d.rendering.rendered.Hooks {
		objects, err := manifest.Parse(hook.Manifest, name)
		if err != nil {
			return exit.With(exit.Helm, fmt.Errorf("hub %s: %w", name, err))
		}
		d.rendering.hooks = append(d.rendering.hooks, objects...)
	}
	return nil
}

// dryRun renders the upgrade. helm refuses to render objects of kinds that the API server does not know, and in a first install
// it defines those in crds before anything else: then the chart is rendered without the cluster.
func (d *deploy) dryRun(ctx context.Context) (helm.Rendered, error) {
	name := d.hub.Name
	rendered, refused := d.helm.DryRun(ctx, d.upgrade)
	if refused == nil || !helm.Undefined(refused) || d.found.Fleet.Release(name).Current().Number > 0 {
		return rendered, refused
	}
	version, err := d.kube.Version(ctx)
	if err != nil {
		return rendered, err
	}
	apis, err := d.kube.Versions(ctx)
	if err != nil {
		return rendered, d.kube.Unanswered(err)
	}
	rendered, crds, err := d.helm.Template(ctx, d.upgrade, version, apis)
	if err != nil || len(crds) == 0 || !d.defined(ctx, rendered, crds) {
		return rendered, refused
	}
	d.session.Console.Info(name, "rendered without the cluster: objects of a kind that the chart itself defines (%s) are not checked", crds[0].Source)
	return rendered, nil
}

// defined reports whether each object's kind is one that the API server knows or that the definitions bring.
func (d *deploy) defined(ctx context.Context, rendered helm.Rendered, crds []manifest.Object) bool {
	objects, err := manifest.Parse(rendered.Manifest, d.hub.Name)
	return err == nil && !slices.ContainsFunc(objects, func(o manifest.Object) bool {
		_, known, err := d.kube.PathOf(ctx, o.APIVersion, o.Kind, o.Namespace)
		return err != nil || !known && !slices.ContainsFunc(crds, func(crd manifest.Object) bool {
			group, kind := crd.Defines()
			return group == o.Identity().Group && kind == o.Kind
		})
	})
}

// checkUpgrade checks that the upgrade can work before anything is changed, and shows what it would change.
func (d *deploy) checkUpgrade(ctx context.Context) error {
	if !d.settings.Checks {
		return nil
	}
	name := d.hub.Name
	if d.rendering.rendered.Empty() {
		return exit.Input("the chart of hub %s renders nothing: a deploy would leave its release empty", name).
			Try("is a condition false, or a values file missing? DEPLOY_CHECKS=0 deploys it all the same")
	}
	if err := d.checkArrival(); err != nil {
		return err
	}
	if err := admission.Check(ctx, d.kube.Server, name, d.rendering.after, d.rendering.hooks); err != nil {
		return err
	}
	d.showDiff(d.rendering.newest, d.rendering.after, func(line string) { d.session.Console.Line(name, line) })
	return nil
}

// checkDeletions refuses an upgrade that would delete data or all workloads unasked, with DEPLOY_CHECKS=0 too. It leaves the
// switch --cleanup-on-fail out where the upgrade makes a claim: helm would delete that one with all that users have written to it
// until the upgrade fails, and cleanUp does not.
func (d *deploy) checkDeletions(ctx context.Context) error {
	if err := d.checkLoss(ctx, d.hub.Name, "deployed", d.change()); err != nil {
		return err
	}
	if change := d.change(); change.Action == manifest.Upgrade && makesData(change) {
		d.upgrade.CleanupOnFail = false
	}
	return nil
}

// change is what helm is to do to the release.
func (d *deploy) change() loss.Change {
	action := manifest.Upgrade
	if d.release.Current().Number == 0 {
		action = manifest.Install
	}
	return loss.Change{Before: d.rendering.current, After: d.rendering.after, Hooks: d.rendering.rendered.Hooks, Action: action}
}

// checkNotEmpty refuses a release that holds no object at all.
func (d *deploy) checkNotEmpty(ctx context.Context) error {
	empty, err := d.helm.Empty(ctx, d.hub.Name)
	if err == nil && !empty {
		return nil
	}
	return exit.With(exit.Helm, errors.Join(exit.Errorf(exit.Helm, "the chart of hub %s renders nothing: its release is empty now", d.hub.Name).Try("is a condition false, or a values file missing?"), err))
}
