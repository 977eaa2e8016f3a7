package hub

import (
	"path"

	"hub-ops/magefiles/internal/exit"
)

// reserved are the names of namespaces that belong to the cluster, each with whose they are; a * stands for any rest. No hub may
// have one: its lock, its release and its removal would be in the midst of the cluster's own parts.
//
//   - kubernetes.io/docs/concepts/overview/working-with-objects/namespaces: default is there from the beginning, and the prefix
//     kube- is reserved
//   - docs.redhat.com, "Working with projects": projects whose names begin with openshift- or kube- are the platform's
//   - cloud.google.com/kubernetes-engine: gke-managed-system and its like, gmp-system and gmp-public (Managed Service for
//     Prometheus), config-management-system and config-management-monitoring (Config Sync)
var reserved = []struct{ pattern, whose string }{
	{"default", "Kubernetes"},
	{"kube-*", "Kubernetes"},
	{"openshift", "OpenShift"},
	{"openshift-*", "OpenShift"},
	{"gke-*", "Google Kubernetes Engine"},
	{"gmp-*", "Google Kubernetes Engine"},
	{"config-management-*", "Google Kubernetes Engine"},
	{"hub-ops", "hub-ops itself"},
	{"hub-ops-*", "hub-ops itself"},
}

// checkReserved refuses a name that belongs to the cluster.
func checkReserved(name string) error {
	if pattern, whose := reservedFor(name); whose != "" {
		return exit.Input("hub name %q is that of a system namespace: %s belongs to %s", name, pattern, whose).Try("give the hub another name")
	}
	return nil
}

// reservedFor returns whose a namespace is, and the pattern that says so; nothing if it is nobody's.
func reservedFor(namespace string) (pattern, whose string) {
	for _, one := range reserved {
		if fits, _ := path.Match(one.pattern, namespace); fits { // the patterns are valid
			return one.pattern, one.whose
		}
	}
	return "", ""
}
