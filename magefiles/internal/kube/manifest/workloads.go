package manifest

import "strings"

// Workloads returns what of a release makes pods in its namespace, or is one, as kubectl names it: deployment/hub.
func Workloads(objects []Object, namespace string) map[string]bool {
	found := map[string]bool{}
	for _, o := range objects {
		switch group := o.Identity().Group; {
		case o.Namespace != namespace || group != "" && group != "apps" && group != "batch":
		default:
			found[strings.ToLower(o.Kind)+"/"+o.Name] = true
		}
	}
	return found
}
