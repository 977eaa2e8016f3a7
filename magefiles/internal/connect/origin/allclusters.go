package origin

import (
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
)

// CheckAllClusters refuses to go on by what the clusters of the checkout need, where an owning branch names at origin one that the checkout does
// not name: its hubs can have the same images. A sandbox stands for all clusters.
func (o *Origin) CheckAllClusters(ctx context.Context) error {
	sandboxed, err := o.sandboxed(ctx)
	if err != nil || sandboxed && !o.session.Config.Event.InCI() {
		return err
	}
	said, err := o.owning(ctx)
	switch {
	case err != nil:
		return err
	case len(said.branches) == 0 && said.from != "":
		return exit.Input("nothing is pruned: %s, so which clusters its branches deploy to is not known", said.from).Try("run 'git remote set-head origin --auto'")
	}
	here := o.session.Config.NamedClusters()
	for _, branch := range said.branches {
		if missing, is := config.MissingFrom(here, branch.All); is {
			return exit.Input("nothing is pruned: %s of origin/%s names the cluster %s, which this checkout does not: what it needs of these images is not known", config.File, branch.Branch, missing).
				Try("prune from a checkout whose %s names the clusters of all branches", config.File)
		}
	}
	return nil
}
