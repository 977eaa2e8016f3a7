package ops

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// tellStates says, after a run was interrupted, what state each hub is in that the run was to change.
func (d *deployment) tellStates(ctx context.Context, hubs []hub.Hub) {
	if ctx.Err() == nil || d.kube == nil {
		return
	}
	const patience = 10 * time.Second // whoever has interrupted waits
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	releases, err := d.kube.Releases(asking)
	if err != nil {
		d.Console.Problem("", "interrupted, and what state the hubs are in cannot be asked: %v", err)
		return
	}
	for _, h := range hubs {
		if d.survey.of(h.Name).Deploy.Do {
			d.Console.Problem(h.Name, "interrupted: %s", stateOf(releases[h.Name+"/"+h.Name], d.survey.factsOf(h.Name).Release.Revision))
		}
	}
}

// stateOf says what has become of a release that was at the revision before.
func stateOf(release kube.Release, before int) string {
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
