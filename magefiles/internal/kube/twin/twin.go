// Package twin tells whether a release that the cluster has is the hub which is about to be installed under another name: then there would be
// two, and the users' data would stay with the old one. Charts and objects of both go in, the reason in words comes out. It is pure.
//
//	why := twin.Release{Charts: []string{"course", "jupyterhub"}, Objects: rendered}.Same(found) // "answers at course.example.org/ too"
//
// Package release asks before a first install, package survey finds the releases.
package twin

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// Release is one that is or would be in the cluster.
type Release struct {
	layout.Address
	Charts  []string // the names of its chart, and of those that it depends on
	Objects []manifest.Object
}

// Same says why the other release is the same hub, in words that end a sentence on the other; "" if it is not. Hubs of one chart have the
// same objects, so where both say at which addresses they answer, those decide.
func (r Release) Same(other Release) string {
	chart := r.SharedChart(other)
	if chart == "" || r.Key() == other.Key() {
		return ""
	}
	ours, theirs := r.addresses(), other.addresses()
	if len(ours) > 0 && len(theirs) > 0 {
		for _, address := range ours {
			if slices.Contains(theirs, address) {
				return "answers at " + address + " too"
			}
		}
		return ""
	}
	if !alike(r.names(), other.names()) {
		return ""
	}
	return "is of the chart " + chart + " too, with the same objects"
}

// AnswersElsewhere reports whether the release answers at addresses of which none is at one of the hosts. Without hosts nobody knows where the
// hub is to answer.
func (r Release) AnswersElsewhere(hosts []string) bool {
	addresses := r.addresses()
	return len(hosts) > 0 && len(addresses) > 0 && !slices.ContainsFunc(addresses, func(address string) bool {
		host, _, _ := strings.Cut(address, "/")
		return slices.Contains(hosts, host)
	})
}

// Hosts are those at which a hub is to answer by its values, which are all that is known of it before its chart is rendered: what is called hosts
// or loadBalancerIP there, wherever it is.
func Hosts(values map[string]any) []string {
	var found []string
	for key, value := range values {
		switch value := value.(type) {
		case map[string]any:
			found = append(found, Hosts(value)...)
		case string:
			if key == "loadBalancerIP" && value != "" {
				found = append(found, value)
			}
		case []any:
			if key == "hosts" {
				found = append(found, listed(value)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// listed reads a list of hosts, in the two forms that charts have: names, and mappings with a host.
func listed(hosts []any) []string {
	var found []string
	for _, item := range hosts {
		if one, is := item.(map[string]any); is {
			item = one["host"]
		}
		if host, is := item.(string); is && host != "" {
			found = append(found, host)
		}
	}
	return found
}

// SharedChart is the first chart that both are made of, "" if there is none.
func (r Release) SharedChart(other Release) string {
	for _, chart := range r.Charts {
		if slices.Contains(other.Charts, chart) {
			return chart
		}
	}
	return ""
}

// alike reports whether four of five names are in both.
func alike(a, b map[string]bool) bool {
	both := 0
	for name := range a {
		if b[name] {
			both++
		}
	}
	const parts, enough = 5, 4
	return both > 0 && parts*both >= enough*(len(a)+len(b)-both)
}

// names are those of the objects, with their kinds. Charts put the name of the release into some.
func (r Release) names() map[string]bool {
	names := map[string]bool{}
	for _, object := range manifest.Parts(r.Objects) {
		names[object.Kind+"/"+strings.ReplaceAll(object.Name, r.Release, "{release}")] = true
	}
	return names
}

// addresses are those at which people reach a hub: hosts and paths of ingresses, and addresses that were reserved for load balancers.
func (r Release) addresses() []string {
	var found []string
	for _, object := range manifest.Parts(r.Objects) {
		var content struct {
			Spec struct {
				LoadBalancerIP string `yaml:"loadBalancerIP"`
				Rules          []struct {
					Host string `yaml:"host"`
					HTTP struct {
						Paths []struct {
							Path string `yaml:"path"`
						} `yaml:"paths"`
					} `yaml:"http"`
				} `yaml:"rules"`
			} `yaml:"spec"`
		}
		switch object.Kind {
		case "Ingress", "Service":
			_ = object.Decode(&content) // what cannot be read says nothing
		}
		if object.Kind == "Service" && content.Spec.LoadBalancerIP != "" {
			found = append(found, content.Spec.LoadBalancerIP)
		}
		for _, rule := range content.Spec.Rules {
			if rule.Host == "" || object.Kind != "Ingress" {
				continue
			}
			if len(rule.HTTP.Paths) == 0 {
				found = append(found, rule.Host+"/")
			}
			for _, path := range rule.HTTP.Paths {
				found = append(found, rule.Host+"/"+strings.Trim(path.Path, "/"))
			}
		}
	}
	return found
}
