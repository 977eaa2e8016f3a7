// Package claims tells whose the claims in the namespace of a hub are, and so which of them may be deleted with it. Claims and what is known of
// the namespace go in; it asks nobody. Package release calls it when a hub is removed.
package claims

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
)

// Divided are the claims of a namespace: those of a hub, and those of others.
type Divided struct {
	Ours, Others []kube.Claim
	Shared       string // why what users have in the namespace may be another hub's; "" if it cannot
}

// why says why the claims of others are not deleted.
func (d Divided) why(hub string) string {
	return cmp.Or(d.Shared, "nothing on the others says that they are of hub "+hub)
}

// Divide tells the claims of a hub from those of others. In a namespace that hub-ops has made, all are the hub's, except those
// that helm has marked as another release's. In one that was there before, only those are whose marks say so: helm's of this
// release, or KubeSpawner's of a user. Where another hub may have been in the namespace, nobody can tell whose users those are.
func Divide(claims []kube.Claim, namespace kube.Namespace, shared string) Divided {
	divided := Divided{Shared: shared}
	for _, claim := range claims {
		if claim.Helm || claim.Other == "" && shared == "" && (claim.User || namespace.Made != "") {
			divided.Ours = append(divided.Ours, claim)
		} else {
			divided.Others = append(divided.Others, claim)
		}
	}
	return divided
}

// Names names claims, each with its size.
func Names(claims []kube.Claim) string {
	texts := make([]string, len(claims))
	for i, claim := range claims {
		texts[i] = claim.String()
	}
	return strings.Join(texts, ", ")
}

// Kept names what is left of a removed hub: its namespace and the claims in it, and which of them DELETE_DATA would delete.
func (d Divided) Kept(hub string) string {
	all := Names(slices.Concat(d.Ours, d.Others))
	switch {
	case all == "":
		return "the namespace stays, there is no claim"
	case len(d.Others) == 0:
		return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes it", all, hub)
	case len(d.Ours) == 0:
		return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes none of it: %s", all, hub, d.why(hub))
	}
	return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes that on %s alone: %s", all, hub, Names(d.Ours), d.why(hub))
}

// SharedBy says why what users have in the namespace of a hub may be another hub's; "" if it cannot. releases are those that helm has there, hubs
// those of the cluster that the repository has. A hub that is not deployed now has left its users' claims, and so has one that
// is no longer in the repository: a namespace with the name of something else may have had many hubs.
func SharedBy(at layout.Address, releases map[string]history.Release, hubs []layout.Address) string {
	for _, key := range slices.Sorted(maps.Keys(releases)) {
		if key != at.Key() {
			return fmt.Sprintf("release %s is in the namespace too", releases[key].Name)
		}
	}
	for _, other := range hubs {
		if other.Namespace == at.Namespace && other.Hub != at.Hub {
			return fmt.Sprintf("hub %s has the namespace too", other.Hub)
		}
	}
	if at.Namespace != at.Hub {
		return "the namespace has not the hub's name, so what helm has not marked may be of a hub that was there before"
	}
	return ""
}
