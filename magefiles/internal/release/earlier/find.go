package earlier

import (
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// Find returns the revision to go back to; wanted is 0 for the last healthy one.
func Find(release history.Release, at layout.Address, wanted int) (history.Revision, error) {
	newest := release.Newest()
	if newest.Number == 0 {
		return newest, exit.Input("hub %s was never deployed: there is nothing to roll back", at.Hub)
	}
	if wanted == 0 {
		if target := release.Healthy(newest.Number); target.Number > 0 {
			return target, nil
		}
		return newest, exit.Input("hub %s has no earlier revision that was healthy", at.Hub).
			Try("'helm history --namespace %s %s' lists all, and REVISION names one", at.Namespace, at.Release)
	}
	place := slices.IndexFunc(release.Revisions, func(r history.Revision) bool { return r.Number == wanted })
	switch {
	case place < 0:
		return newest, exit.Input("REVISION=%d: hub %s has revisions %d to %d", wanted, at.Hub, release.Revisions[0].Number, newest.Number)
	case wanted == newest.Number:
		return newest, exit.Input("REVISION=%d is what hub %s is at", wanted, at.Hub)
	case plan.Pending(release.Revisions[place].Status):
		return newest, exit.Input("REVISION=%d of hub %s was never finished (%s)", wanted, at.Hub, release.Revisions[place].Status).Try("name another one")
	}
	return release.Revisions[place], nil
}
