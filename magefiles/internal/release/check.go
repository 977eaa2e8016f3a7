package release

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/chart"
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
	after    []manifest.Object // what the upgrade makes: hooks among it, as among the others
	crds     []manifest.Object // what lies in the chart's directories crds, which helm makes first
	rendered helm.Rendered
}

// render finds out what the upgrade would make of the release.
func (d *deploy) render(ctx context.Context) (err error) {
	// Read the release first: helm's own message about a release that it cannot read says nothing useful.
	at, newest, current := d.hub.At, d.release.Newest().Number, d.release.Current().Number
	if d.rendering.newest, err = d.revisions.Objects(ctx, at, newest); err != nil {
		return err
	}
	d.rendering.current = d.rendering.newest
	if current != newest {
		if d.rendering.current, err = d.revisions.Objects(ctx, at, current); err != nil {
			return err
		}
	}
	if err = d.renderUpgrade(ctx); err != nil {
		return err
	}
	if d.rendering.after, err = d.rendering.rendered.Objects(at.Namespace); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("hub %s: %w", at.Hub, err))
	}
	return d.renderCRDs(ctx)
}

// renderUpgrade renders what helm would make. Where nothing can be lost and nobody wants checks, helm says itself what is wrong.
func (d *deploy) renderUpgrade(ctx context.Context) (err error) {
	if d.rendering.rendered, err = d.dryRun(ctx); err == nil || d.settings.Checks || len(d.rendering.current) > 0 || ctx.Err() != nil {
		return err
	}
	d.session.Console.Info(d.hub.Name, "rendered without the cluster before helm begins: %v", err)
	d.rendering.rendered, d.rendering.crds, err = d.template(ctx)
	return err
}

// renderCRDs finds what lies in crds, which no dry run shows.
func (d *deploy) renderCRDs(ctx context.Context) error {
	if d.rendering.crds != nil || !chart.MayHaveCRDs(d.upgrade.Chart) {
		return nil
	}
	_, crds, err := d.template(ctx)
	d.rendering.crds = crds
	return err
}

// template renders the chart without the cluster, but for what the API server is asked that it knows.
func (d *deploy) template(ctx context.Context) (rendered helm.Rendered, crds []manifest.Object, err error) {
	version, err := d.kube.Version(ctx)
	if err != nil {
		return rendered, nil, err
	}
	apis, err := d.kube.Versions(ctx)
	if err != nil {
		return rendered, nil, d.kube.Unanswered(err)
	}
	return d.helm.Template(ctx, d.upgrade, version, apis)
}

// dryRun renders the upgrade. helm refuses to render objects of kinds that the API server does not know, and in a first install
// it defines those in crds before anything else: then the chart is rendered without the cluster.
func (d *deploy) dryRun(ctx context.Context) (helm.Rendered, error) {
	name := d.hub.Name
	rendered, refused := d.dryRunOnServer(ctx)
	switch {
	case refused == nil || !helm.Undefined(refused):
		return rendered, refused
	case d.found.Fleet.Release(d.hub.At).Current().Number > 0:
		return rendered, d.outdated(ctx, refused)
	}
	rendered, crds, err := d.template(ctx)
	d.rendering.crds = crds
	if exit.Code(err) == exit.Setup {
		return rendered, err
	}
	if err != nil || len(crds) == 0 || !d.defined(ctx, rendered, crds) {
		return rendered, d.outdated(ctx, refused)
	}
	d.session.Console.Info(name, "rendered without the cluster: objects of a kind that the chart itself defines (%s) are not checked", crds[0].Source)
	return rendered, nil
}

// defined reports whether each object's kind is one that the API server knows or that the definitions bring.
func (d *deploy) defined(ctx context.Context, rendered helm.Rendered, crds []manifest.Object) bool {
	objects, err := rendered.Objects(d.hub.At.Namespace)
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
	if err := d.checkArrival(ctx); err != nil {
		return err
	}
	if err := admission.Check(ctx, d.kube.Server, admission.Change{Hub: name, As: d.kube.User(name), Objects: d.rendering.after, Action: d.change().Action}); err != nil {
		return err
	}
	d.tellDiff()
	d.showDiff(d.rendering.newest, d.rendering.after, func(line string) { d.session.Console.Line(name, line) })
	return nil
}

// checkDeletions refuses an upgrade that would delete data or all workloads unasked, with DEPLOY_CHECKS=0 too. It leaves the
// switch --cleanup-on-fail out where the upgrade makes a claim: helm would delete that one with all that users have written to it
// until the upgrade fails, and cleanUp does not.
func (d *deploy) checkDeletions(ctx context.Context) error {
	if err := d.checkLoss(ctx, d.hub.At, "deployed", d.change()); err != nil {
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
	return loss.Change{Before: d.rendering.current, After: d.rendering.after, Action: action}
}

// checkNotEmpty refuses a release that holds no object at all.
func (d *deploy) checkNotEmpty(ctx context.Context) error {
	empty, err := d.helm.Empty(ctx, d.hub.At)
	if err == nil && !empty {
		return nil
	}
	return exit.With(exit.Helm, errors.Join(exit.Errorf(exit.Helm, "the chart of hub %s renders nothing: its release is empty now", d.hub.Name).Try("is a condition false, or a values file missing?"), err))
}
