package manifest

import "strings"

// Added returns the objects that are in after and not in before. Hooks, and what the chart wants to be kept
// (helm.sh/resource-policy), are left out. Another version of the same API is the same object; another group is not, whatever kind and name say.
func Added(before, after []Object) []Object {
	known := index(before)
	var added []Object
	for _, object := range Parts(after) {
		if _, had := known[object.place()]; !had && !object.Kept() {
			added = append(added, object)
		}
	}
	return added
}

// Resource is the object as kubectl takes it where two groups have the kind: service/hub, service.serving.knative.dev/hub.
func (i Identity) Resource() string {
	return strings.ToLower(strings.TrimSuffix(i.Kind+"."+i.Group, ".")) + "/" + i.Name
}
