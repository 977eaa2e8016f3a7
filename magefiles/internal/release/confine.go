package release

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/confine"
	"hub-ops/magefiles/internal/kube/loss"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/kube/removed"
	"hub-ops/magefiles/internal/layout"
)

// checkReach refuses an upgrade that makes or deletes something beyond the hub's namespace, with DEPLOY_CHECKS=0 too.
func (d *deploy) checkReach(ctx context.Context) error {
	return d.confine(ctx, d.hub.At, "deployed", d.change(), d.rendering.crds)
}

// checkFirst is checkReach before a first install: later, the lock of the hub makes its namespace.
func (d *deploy) checkFirst(ctx context.Context) error {
	if d.release.Newest().Number > 0 {
		return nil
	}
	switch err := d.render(ctx); {
	case errors.Is(err, removed.ErrOutdated):
		return err
	case err != nil: // why is told later, when the hub is ours
		return ctx.Err()
	}
	return d.checkReach(ctx)
}

// errUnshown is the error of an upgrade that has made what its dry run did not show.
var errUnshown = errors.New("helm has rendered the chart in another way than in the dry run")

// checkMade looks at what helm has made: it renders a chart anew for the upgrade, and a chart that looks something up, or asks for a
// random number, can render another one than for the dry run.
func (d *deploy) checkMade(ctx context.Context) error {
	release, err := d.kube.Release(ctx, d.hub.At)
	if err != nil || release.Newest().Number == d.release.Newest().Number { // helm has failed before it made anything
		return err
	}
	made, err := d.revisions.Objects(ctx, d.hub.At, release.Newest().Number)
	if err != nil {
		return err
	}
	err = d.confine(ctx, d.hub.At, "as that has shown", loss.Change{After: made}, nil)
	if exit.Code(err) != exit.BadInput {
		return err
	}
	return exit.Errorf(exit.Helm, "%w: %s", errUnshown, err.Error()) // it is no longer true that nothing was changed
}

// confine refuses a change of a hub that reaches beyond its namespace, unless the settings of the owning branch allow it. done is the
// change in words: "deployed". crds are what helm makes before anything else.
func (r *Releases) confine(ctx context.Context, at layout.Address, done string, change loss.Change, crds []manifest.Object) error {
	rules, err := r.to.Rules(ctx, r.cluster.Name(), at.Hub)
	if err != nil {
		return err
	}
	return confine.Check(ctx, r.kube.Server, confine.Change{At: at, Done: done, First: crds, Makes: change.After, Deletes: manifest.Gone(change.Before, change.After)}, rules)
}

// checkRemoval refuses to remove a release that deletes something beyond the hub's namespace which it has not made, whose hooks make
// something there, or whose hooks take the place of bound claims.
func (r *Releases) checkRemoval(ctx context.Context, at layout.Address, objects []manifest.Object) error {
	change := loss.Change{Before: objects, After: manifest.Hooks(objects, manifest.Delete), Action: manifest.Delete}
	if err := r.confine(ctx, at, "removed", change, nil); err != nil {
		return err
	}
	found, err := loss.Find(ctx, r.kube, at, loss.Change{After: change.After, Action: manifest.Delete})
	if err != nil || len(found.Data) == 0 {
		return err
	}
	return exit.Input("hub %s is not removed: a hook of its release takes the place of %s", at.Hub, found).Try("%s", fmt.Sprintf("take the hook out of the chart, and deploy: helm get hooks %s --namespace %s shows it", at.Release, at.Namespace))
}
