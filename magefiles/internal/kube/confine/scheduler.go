package confine

// look are the verbs of who only reads.
var look = []string{"get", "list", "watch"}

// schedulerRules are all rules that the user scheduler's ClusterRole has had: those of system:kube-scheduler and system:volume-scheduler
// from Kubernetes 1.10 to 1.36, with the chart's own names of what is locked.
var schedulerRules = []policy{
	{Groups: []string{"", "events.k8s.io"}, Resources: []string{"events"}, Verbs: []string{"create", "patch", "update"}},
	{Groups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"create"}},
	{Groups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: append([]string{"update"}, look...), Names: []string{"user-scheduler-lock"}},
	{Groups: []string{"coordination.k8s.io"}, Resources: []string{"leasecandidates"}, Verbs: append([]string{"create", "delete", "deletecollection", "patch", "update"}, look...)},
	{Groups: []string{""}, Resources: []string{"endpoints"}, Verbs: []string{"create"}},
	{Groups: []string{""}, Resources: []string{"endpoints"}, Verbs: []string{"get", "update"}, Names: []string{"user-scheduler-lock"}},
	{Groups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"get", "update"}, Names: []string{"user-scheduler"}},
	{Groups: []string{""}, Resources: []string{"nodes", "namespaces", "replicationcontrollers", "services"}, Verbs: look},
	{Groups: []string{""}, Resources: []string{"pods"}, Verbs: append([]string{"delete"}, look...)},
	{Groups: []string{""}, Resources: []string{"bindings", "pods/binding"}, Verbs: []string{"create"}},
	{Groups: []string{""}, Resources: []string{"pods/status"}, Verbs: []string{"patch", "update"}},
	{Groups: []string{""}, Resources: []string{"pods/finalizers"}, Verbs: []string{"update"}},
	{Groups: []string{""}, Resources: []string{"persistentvolumeclaims", "persistentvolumes"}, Verbs: append([]string{"patch", "update"}, look...)},
	{Groups: []string{""}, Resources: []string{"persistentvolume"}, Verbs: []string{"update"}}, // so spelt in 0.9
	{Groups: []string{"apps", "extensions"}, Resources: []string{"replicasets"}, Verbs: look},
	{Groups: []string{"apps"}, Resources: []string{"statefulsets"}, Verbs: look},
	{Groups: []string{"policy"}, Resources: []string{"poddisruptionbudgets"}, Verbs: look},
	{Groups: []string{"authentication.k8s.io"}, Resources: []string{"tokenreviews"}, Verbs: []string{"create"}},
	{Groups: []string{"authorization.k8s.io"}, Resources: []string{"subjectaccessreviews"}, Verbs: []string{"create"}},
	{Groups: []string{"storage.k8s.io"}, Resources: []string{"csinodes", "csidrivers", "csistoragecapacities", "storageclasses", "volumeattachments"}, Verbs: look},
	{Groups: []string{"resource.k8s.io"}, Resources: []string{"deviceclasses", "resourceslices"}, Verbs: look},
	{Groups: []string{"resource.k8s.io"}, Resources: []string{"resourceclaims", "resourceclaims/status"}, Verbs: append([]string{"patch", "update"}, look...)},
	{Groups: []string{"resource.k8s.io"}, Resources: []string{"resourceclaims/binding"}, Verbs: []string{"patch", "update"}},
}
