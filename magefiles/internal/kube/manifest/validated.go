package manifest

import "slices"

// serversGroups are the groups of the API whose objects can be patched, so that an API server of Kubernetes 1.27 or later takes the
// parameter fieldValidation for them.
var serversGroups = []string{
	"", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
}

// ServerValidates reports whether helm leaves it to such an API server to compare what a chart makes with its schemas. helm does not for the
// items of a List, for what cannot be patched, nor for what names no version: NewParamVerifyingSchema in k8s.io/kubectl/pkg/validation. Of
// other groups this says no, whatever is so. Hooks do not count: helm looks at them later, when it makes them.
func ServerValidates(objects []Object) bool {
	return !slices.ContainsFunc(Parts(objects), func(o Object) bool {
		return o.Listed || o.APIVersion == "" || !slices.Contains(serversGroups, o.Identity().Group) || o.Kind == "Binding" && o.Identity().Group == ""
	})
}
