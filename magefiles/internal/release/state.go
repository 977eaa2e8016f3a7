package release

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// TellStates says, after a run was interrupted, what state each hub is in that the run was to deploy.
func (r *Releases) TellStates(ctx context.Context, found *survey.Survey) {
	if ctx.Err() == nil {
		return
	}
	const longest = 10 * time.Second // whoever has interrupted waits
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
	defer cancel()
	releases, err := r.kube.Releases(asking)
	if err != nil {
		r.session.Console.Problem("", "interrupted, and what state the hubs are in cannot be asked: %v", err)
		return
	}
	for _, h := range found.Hubs {
		if found.Of(h.Name).Deploy.Do {
			r.session.Console.Problem(h.Name, "interrupted: %s", stateOf(releases[h.Name+"/"+h.Name], found.FactsOf(h.Name).Release.Revision))
		}
	}
}

// stateOf says what has become of a release that was at the revision before.
func stateOf(release history.Release, before int) string {
	newest := release.Newest()
	switch {
	case newest.Number == 0:
		return "it is not deployed, and never was"
	case newest.Number == before:
		return fmt.Sprintf("it is as it was, at revision %d (%s)", newest.Number, newest.Status)
	case newest.Status == "deployed":
		return fmt.Sprintf("revision %d is deployed; whether it became ready, 'mage rollout:hub %s' tells", newest.Number, release.Name)
	case plan.Pending(newest.Status):
		return fmt.Sprintf("revision %d is %s: the next deploy puts it in order", newest.Number, newest.Status)
	}
	text := fmt.Sprintf("revision %d is %s", newest.Number, newest.Status)
	if healthy := release.Healthy(newest.Number); healthy.Number > 0 {
		text += fmt.Sprintf("; deploy again, or go back to revision %d with 'mage rollback:hub %s'", healthy.Number, release.Name)
	}
	return text
}
