package manifest

import (
	"slices"
	"strings"
)

// Workloads returns what of a release makes pods in its namespace, or is one, as kubectl names it: deployment/hub.
func Workloads(objects []Object, namespace string) map[string]bool {
	return running(Parts(objects), namespace)
}

// WantsPods reports whether a release has a Deployment or a StatefulSet in its namespace that is to have a pod.
func WantsPods(objects []Object, namespace string) bool {
	return slices.ContainsFunc(Parts(objects), func(o Object) bool {
		keeps := o.Kind == "Deployment" || o.Kind == "StatefulSet"
		return keeps && o.Identity().Group == "apps" && o.Namespace == namespace && valueAt(o.node, "spec", "replicas") != "0"
	})
}

// HookWorkloads returns what of the hooks of a release makes pods in its namespace, or is one.
func HookWorkloads(objects []Object, namespace string) map[string]bool {
	return running(slices.DeleteFunc(slices.Clone(objects), func(o Object) bool { return !o.Hook.Runs() }), namespace)
}

func running(objects []Object, namespace string) map[string]bool {
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
