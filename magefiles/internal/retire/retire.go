// Package retire says what is left of a hub that is retired: its claims, for a last copy, and what a person must still do. What the cluster and the
// repository have goes in, text comes out; it does no I/O. Package ops/onehub calls it.
//
//	text, err := retire.Copy(hub, commit, now, claims, policies)
//	for _, line := range retire.Left(hub, claims, hosts, paths) { … }
package retire

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
)

// Claim is one claim in the copy.
type Claim struct {
	Name    string `yaml:"name"`
	User    string `yaml:"user,omitempty"`
	Size    string `yaml:"size"`
	Class   string `yaml:"storageClass,omitempty"`
	Volume  string `yaml:"volume,omitempty"`
	Reclaim string `yaml:"reclaimPolicy,omitempty"`
}

// Unknown is the reclaim policy of a volume that this account may not look at.
const Unknown = "unknown"

// Claims are the claims of a hub as the copy has them, by their names. policies are the reclaim policies of the cluster's volumes; nil if they
// cannot be seen.
func Claims(all []kube.Claim, policies map[string]string) []Claim {
	list := make([]Claim, 0, len(all))
	for _, claim := range all {
		one := Claim{Name: claim.Name, User: claim.Username, Size: claim.Size, Class: claim.Class, Volume: claim.Volume}
		if claim.Volume != "" {
			one.Reclaim = cmp.Or(policies[claim.Volume], Unknown)
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Claim) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Since says which claims have come, gone or changed from one look to the next; "" if none has.
func Since(before, now []Claim) string {
	var come, gone, changed []string
	for _, claim := range now {
		switch at := slices.IndexFunc(before, func(c Claim) bool { return c.Name == claim.Name }); {
		case at < 0:
			come = append(come, claim.Name)
		case before[at] != claim:
			changed = append(changed, claim.Name)
		}
	}
	for _, claim := range before {
		if !slices.ContainsFunc(now, func(c Claim) bool { return c.Name == claim.Name }) {
			gone = append(gone, claim.Name)
		}
	}
	var texts []string
	for _, one := range []struct {
		verb  string
		names []string
	}{{"come", come}, {"gone", gone}, {"changed", changed}} {
		if len(one.names) > 0 {
			texts = append(texts, one.verb+": "+strings.Join(one.names, ", "))
		}
	}
	return strings.Join(texts, "; ")
}

// Copy is the last copy: who had what.
func Copy(at layout.Address, cluster, commit string, now time.Time, claims []Claim) ([]byte, error) {
	body, err := yaml.Marshal(map[string]any{
		"hub": at.Hub, "release": at.Release, "namespace": at.Namespace, "cluster": cluster, "commit": commit,
		"retired": now.UTC().Format(time.RFC3339), "claims": claims,
	})
	return append([]byte("# What hub "+at.Hub+" had of its users when it was retired. The claims are in the cluster still.\n"), body...), err
}

// Stays says what of the users' data stays in the cluster, and what would become of it.
func Stays(at layout.Address, claims []Claim) (lines []string) {
	if len(claims) == 0 {
		return []string{"no claim: nobody's data is there"}
	}
	lines = append(lines, fmt.Sprintf("%d claims in namespace %s, with all that is on them: 'DELETE_DATA=%s mage remove:hub %s' deletes them, when nobody needs them any more", len(claims), at.Namespace, at.Hub, at.Hub))
	deleted := 0
	for _, claim := range claims {
		if claim.Reclaim == "Delete" {
			deleted++
		}
	}
	if deleted > 0 {
		lines = append(lines, fmt.Sprintf("whoever deletes the claim of one of %d volumes (reclaim policy Delete), or the namespace, deletes the data too", deleted))
	}
	return lines
}

// Todo says what a person must still do: what no cluster and no repository of hubs has. paths are the hub's own in the repository; none if it is
// there no more.
func Todo(hub string, hosts, callbacks, paths []string) (lines []string) {
	if len(paths) > 0 {
		lines = append(lines, "take it out of the repository, or the next deploy installs it again: git rm -r "+strings.Join(paths, " "))
	}
	if len(hosts) > 0 {
		lines = append(lines, "DNS: take out "+strings.Join(hosts, ", ")+", unless another hub answers there")
	} else {
		lines = append(lines, "DNS: take out the hub's name, unless another hub answers there")
	}
	if len(callbacks) > 0 {
		lines = append(lines, "OAuth: delete the application, or its callback URL "+strings.Join(callbacks, ", "))
	} else {
		lines = append(lines, "OAuth: delete the application of the hub, if it has one")
	}
	return append(lines, "images: 'mage images:prune' lists those of "+hub+" that nothing needs, once its directories are gone")
}
