package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Beyond returns the hubs that a run is not about and that decide what its hubs may have: those of earlier rounds than a hub with a change that goes
// in rounds. all says that the run is about all hubs that it can reach, and not about one by its name: then a hub that lacks nothing but a newer tool
// has it before those of later rounds, so these are among them too.
func Beyond(facts Facts, hubs []Hub, all bool) []RoundHub {
	rounds := facts.Rounds
	own := map[string]bool{}
	last, first := 0, len(rounds.Steps)+1 // wanted are rounds before the last, and after the first
	for i, h := range hubs {
		own[h.Name] = true
		switch fact := facts.Hubs[i]; {
		case len(h.Round.Change) > 0 && !fact.Early:
			last = max(last, h.Round.Number)
		case all && rounds.lacksTool(h, fact):
			last, first = max(last, h.Round.Number), min(first, h.Round.Number)
		}
	}
	return slices.DeleteFunc(slices.Clone(rounds.Hubs), func(h RoundHub) bool { return own[h.Name] || h.Round >= last && h.Round <= first })
}

// unknown says of a round why nobody knows whether it is done, and who can find out.
func (r Rounds) unknown(round string, clusters []string) (reason, remedy string) {
	whys := make([]string, len(clusters))
	for i, cluster := range clusters {
		whys[i] = "cluster " + cluster + " " + r.Away[cluster]
	}
	return fmt.Sprintf("%s, of which nobody knows: %s", round, strings.Join(whys, "; ")), "a run with access to " + strings.Join(clusters, " and ") + " goes on"
}
