package adopt

import (
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/pattern"
)

// grouped says for all hubs of a cluster at once what differs for each of them, where no other hub's name fits the pattern.
func grouped(own []Own, hubs []listed) []Own {
	var made []Own
	done := map[string]bool{}
	for i, hub := range hubs {
		if done[hub.Name()] || own[i].same() {
			continue
		}
		of := hub.Cluster + "-*"
		alike := func(j int) bool {
			return own[i].equal(own[j]) && hubs[j].Cluster == hub.Cluster
		}
		all := true
		for j := range hubs {
			all = all && pattern.Fits(of, hubs[j].Name()) == (hubs[j].Cluster == hub.Cluster) && (hubs[j].Cluster != hub.Cluster || alike(j))
		}
		if !all || len(own) == 1 {
			made = append(made, own[i])
			continue
		}
		for j := range hubs {
			done[hubs[j].Name()] = done[hubs[j].Name()] || hubs[j].Cluster == hub.Cluster
		}
		one := own[i]
		one.Hubs = of
		made = append(made, one)
	}
	return made
}

// same reports whether nothing differs.
func (o Own) same() bool { return o.equal(Own{}) }

// equal reports whether the same differs, for whichever hubs.
func (o Own) equal(other Own) bool {
	return fmt.Sprint(o.Parts.Chart) == fmt.Sprint(other.Parts.Chart) && slices.Equal(o.Parts.Values, other.Parts.Values) &&
		slices.Equal(o.Parts.Secrets, other.Parts.Secrets) && o.Parts.Image == other.Parts.Image && o.Parts.Cluster == other.Parts.Cluster
}
