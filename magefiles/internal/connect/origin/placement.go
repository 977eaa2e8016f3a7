package origin

import (
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// CheckPlace refuses to change a release where only the checkout says that it is the hub's: one that has another name than its hub, one in
// another namespace, and one on another of several clusters. A branch could call its own hub what another branch's hub is called, or a
// cluster as another is. What counts is what the default branch says at origin, or the branch that owns the hub and, by the default branch,
// the names. On a sandbox nobody else's release is in reach of a run on somebody's machine.
func (o *Origin) CheckPlace(ctx context.Context, hub layout.Place, at layout.Address) error {
	sandboxed, err := o.sandboxed(ctx)
	if err != nil || sandboxed && !o.session.Config.Event.InCI() {
		return err
	}
	said, err := o.owning(ctx)
	if err != nil || said.from == "" {
		return err
	}
	return said.checkPlace(hub, at, o.session.Config.On(at.Cluster).ClusterIdentity())
}

// checkPlace is CheckPlace on the cluster of that identity. Of the only cluster of a branch checkNamed decides: hubs of one name would meet
// nowhere.
func (o owning) checkPlace(hub layout.Place, at layout.Address, cluster string) error {
	several := at.Cluster != "" || len(o.branches) > 0 && len(o.branches[0].Named) > 0
	if !several && at.IsPlain() {
		return nil
	}
	refused := func(why string) error {
		return exit.Input("hub %s would be release %s by the checkout's %s: %s; nothing was changed", at.Hub, at.Named(), config.File, why).
			Try("say it in %s of the default branch first, in clusters and layout", config.File)
	}
	branches, err := o.of(at.Hub)
	switch {
	case err != nil:
		return err
	case len(branches) == 0:
		return refused(o.from + ", so nobody knows whether that is meant")
	}
	if several {
		if why := o.unlike(hub, at, cluster); why != "" {
			return refused(why)
		}
	}
	for i, branch := range branches {
		place, err := branch.Places.Of(hub.Names)
		sameKey := at.IsPlain() || err == nil && place.Key() == at.Key()
		ours := at.IsPlain() || i == 0 && o.tells(hub, at) || i > 0 && o.owns(branch, at, at.Release) && o.owns(branch, at, at.Namespace)
		if sameKey && ours && (!several || place.Cluster == at.Cluster) {
			return nil
		}
	}
	return refused("that of " + o.from + " says otherwise")
}

// unlike returns in what the cluster of a hub differs from what the default branch says; "" if in nothing. It alone says which clusters there
// are, and which hub of which cluster a file makes: a branch that says it anew could mean another's cluster by a name of its own.
func (o owning) unlike(hub layout.Place, at layout.Address, cluster string) string {
	first := o.branches[0]
	published, named := first.Named[at.Cluster]
	switch {
	case at.Cluster == "":
		return "that of " + o.from + " names several clusters"
	case !named:
		return "that of " + o.from + " names no cluster " + at.Cluster
	case published != cluster:
		return "there the cluster is " + cluster + ", and in that of " + o.from + " it is " + published
	case !first.MakesAt(hub):
		return "that of " + o.from + " makes no hub of that name of " + hub.At
	}
	if place, _ := first.Places.Of(hub.Names); place.Cluster != "" && place.Cluster != at.Cluster {
		return "that of " + o.from + " has it on cluster " + place.Cluster
	}
	return ""
}

// tells reports whether what the default branch says is about this hub and no other: it calls the hub's parts as the checkout does. Where
// {cluster} is a part of names alone, a branch can cut its hubs' names where it likes, and a name without that part may be another's.
func (o owning) tells(hub layout.Place, at layout.Address) bool {
	first := o.branches[0]
	if !first.MakesAt(hub) {
		return false
	}
	if hub.Cluster == "" || len(first.Named) > 0 || first.Places.TellClusters(hub.Names) {
		return true
	}
	owner, err := plan.Owner(config.File+" of "+o.from, first.Branches, at.Hub)
	return err == nil && owner == first.Branch
}

// owns reports whether a name is the hub's own, or that of a hub which the default branch gives to the branch by its name.
func (o owning) owns(branch config.Published, at layout.Address, name string) bool {
	return name == at.Hub || o.gives(branch, name)
}

// gives reports whether the default branch gives a hub of that name to the branch, and not by "*", which fits what nobody has thought of.
func (o owning) gives(branch config.Published, name string) bool {
	first := o.branches[0]
	owner, err := ownerByName(config.File+" of origin/"+first.Branch, first.Branches, name)
	return err == nil && owner == branch.Branch
}
