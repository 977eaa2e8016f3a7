package origin

import (
	"cmp"
	"context"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/kube/confine"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/plan"
)

// owning is what the owning branches say of hubs at origin.
type owning struct {
	branches []config.Published // the default branch first
	from     string             // see Published
}

// Rules returns what a hub may make beyond its namespace on one of several clusters, "" for the only one: as the default branch says at origin,
// and the branch that owns the hub. The checkout's own settings count where those of credentials do: see Published.
func (o *Origin) Rules(ctx context.Context, cluster, hub string) (confine.Rules, error) {
	said, err := o.owning(ctx)
	switch {
	case err != nil:
		return confine.Rules{}, err
	case said.from == "":
		return confine.Rules{Allowed: o.session.Config.On(cluster).Allowed, Of: config.File, Counts: config.File}, nil
	case len(said.branches) == 0:
		return confine.Rules{Unknown: said.from}, nil
	}
	rules := confine.Rules{Of: config.File + " of " + said.from, Counts: config.File + " of " + said.from}
	branches, err := said.of(hub)
	for i, branch := range branches {
		branch = branch.On(cluster)
		if i == 0 {
			rules.Allowed = branch.Allowed
			continue
		}
		rules.Of += " and origin/" + branch.Branch
		for _, entry := range branch.Allowed {
			if said.mayAllow(branch, entry) {
				rules.Allowed = append(rules.Allowed, entry)
			}
		}
	}
	return rules, err
}

// mayAllow reports whether an entry of a branch counts: only the default branch opens a namespace that is no hub's of the branch itself. A
// pattern can fit those of others too, and "*" gives a branch every name that nobody else has, kube-system among them.
func (o owning) mayAllow(branch config.Published, entry config.Allowed) bool {
	if entry.Namespace == "" {
		return true
	}
	if !pattern.IsName(entry.Namespace) {
		return false
	}
	return o.gives(branch, entry.Namespace)
}

// Impersonated returns the account in whose name a hub is changed on a cluster, "" for our own. What the checkout says counts only where nobody
// knows what the owning branches say.
func (o *Origin) Impersonated(ctx context.Context, cluster string) (func(hub string) string, error) {
	settings := o.session.Config.On(cluster)
	said, err := o.owning(ctx)
	if err != nil {
		return nil, err
	}
	return func(hub string) string {
		account := settings.Impersonate
		if branches, err := said.of(hub); err == nil && len(branches) > 0 && !settings.ImpersonateGiven {
			account = ""
			for _, branch := range branches {
				account = cmp.Or(account, branch.On(cluster).Impersonate)
			}
		}
		return strings.ReplaceAll(account, "{hub}", hub)
	}, nil
}

func (o *Origin) owning(ctx context.Context) (owning, error) {
	return o.allowed.Get(ctx, func(ctx context.Context) (owning, error) {
		branches, from, err := o.Published(ctx)
		return owning{branches, from}, err
	})
}

// of returns what counts for a hub: what the default branch says, and the branch that owns the hub, as the default branch says.
func (o owning) of(hub string) ([]config.Published, error) {
	if len(o.branches) == 0 {
		return nil, nil
	}
	first := o.branches[0]
	owner, err := plan.Owner(config.File+" of origin/"+first.Branch, first.Branches, hub)
	if err != nil {
		return nil, err
	}
	counts := []config.Published{first}
	for _, branch := range o.branches[1:] {
		if branch.Branch == owner {
			counts = append(counts, branch)
		}
	}
	return counts, nil
}
