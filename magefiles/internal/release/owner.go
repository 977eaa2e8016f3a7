package release

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// What carries our record is ours: a release by the labels of its revisions, a namespace by its own label or by that of the lock in
// it. Everything else is looked at and left alone. Each verb asks before it takes the lock, so that nothing is written into a
// foreign namespace, and again while it holds the lock.

// checkOwner refuses a deploy that would change what is somebody else's, unless ADOPT names the hub. A release that somebody else
// has left half changed is not taken over at all: whether its own tool is still at work cannot be known.
func (d *deploy) checkOwner(ctx context.Context) error {
	name := d.hub.Name
	if err := d.surveyor.CheckPlace(ctx, d.hub.At); err != nil {
		return err
	}
	why, err := d.surveyor.Foreign(ctx, d.kube, d.release, d.hub.At)
	if err != nil || why == "" {
		return err
	}
	newest := d.release.Newest()
	switch {
	case d.settings.Adopt != name:
		return exit.Input("hub %s is not deployed: %s; nothing was changed", name, why).
			Try("rename the hub; or take it over with ADOPT=%s and deploy:hub %s (diff:hub %s shows what that changes in a release)", name, name, name)
	case plan.Pending(newest.Status):
		return exit.Input("hub %s is not deployed: %s; what is half changed is not taken over, nothing was changed", name, why).
			Try("finish it with the tool that began it: helm history %s --namespace %s", d.hub.At.Release, d.hub.At.Namespace)
	}
	d.session.Console.Problem(name, "ADOPT=%s: %s, and is taken over", name, why)
	return nil
}

// checkOurs refuses to touch a release that does not carry our record. doing says what is refused: "removed", "rolled back".
func (r *Releases) checkOurs(ctx context.Context, release history.Release, at layout.Address, doing string) error {
	here, err := r.surveyor.Here(ctx)
	if err != nil {
		return err
	}
	why := release.Foreign(here, at.Hub)
	if why == "" {
		return nil
	}
	return exit.Input("release %s is not %s: %s; nothing was changed", at.Named(), doing, why).
		Try("work on it with its own tool; or add its repository as a remote of this clone, if it has moved; or take it over first with ADOPT=%s and deploy:hub %s", at.Hub, at.Hub)
}

// checkOurNamespace refuses to touch a namespace without a release of ours that no deploy of this repository has marked.
func (r *Releases) checkOurNamespace(ctx context.Context, namespace kube.Namespace, at layout.Address) error {
	here, err := r.surveyor.Here(ctx)
	switch {
	case err != nil || here.Own(namespace.Deployed):
		return err
	case namespace.Deployed != "":
		return exit.Input("nothing is removed: there is no release %s, and the namespace %s is of another repository, %s", at.Release, at.Namespace, namespace.Deployed)
	}
	occupants, err := r.kube.Occupants(ctx, at.Namespace)
	if err != nil {
		return err
	}
	holds := "and holds nothing"
	if len(occupants) > 0 {
		holds = "and what is in it is somebody else's: " + ui.First(occupants, shown)
	}
	return exit.Input("nothing is removed: there is no release %s, the namespace %s is not of hub-ops, %s", at.Release, at.Namespace, holds).
		Try("see for yourself what is there: %s", process.Quote("helm", "list", "--all", "--namespace", at.Namespace, "--kube-context", r.kube.Context))
}

// whereIs returns where the release of a hub is, which need not be in the repository any more.
func (r *Releases) whereIs(ctx context.Context, hub string) (layout.Address, error) {
	return r.surveyor.Where(ctx, r.kube, hub)
}
