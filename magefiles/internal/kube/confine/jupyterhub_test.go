package confine

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

const (
	// newest is the user scheduler's role as the public chart has it since Kubernetes 1.36.
	newest = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: course-user-scheduler, labels: {app.kubernetes.io/component: user-scheduler}}
rules:
- {apiGroups: ["", events.k8s.io], resources: [events], verbs: [create, patch, update]}
- {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
- {apiGroups: [coordination.k8s.io], resourceNames: [user-scheduler-lock], resources: [leases], verbs: [get, list, update, watch]}
- {apiGroups: [coordination.k8s.io], resources: [leasecandidates], verbs: [create, delete, deletecollection, get, list, patch, update, watch]}
- {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [pods], verbs: [delete, get, list, watch]}
- {apiGroups: [""], resources: [bindings, pods/binding], verbs: [create]}
- {apiGroups: [""], resources: [pods/status], verbs: [patch, update]}
- {apiGroups: [""], resources: [replicationcontrollers, services], verbs: [get, list, watch]}
- {apiGroups: [apps, extensions], resources: [replicasets], verbs: [get, list, watch]}
- {apiGroups: [apps], resources: [statefulsets], verbs: [get, list, watch]}
- {apiGroups: [policy], resources: [poddisruptionbudgets], verbs: [get, list, watch]}
- {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
- {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}
- {apiGroups: [storage.k8s.io], resources: [csinodes, volumeattachments, csidrivers, csistoragecapacities, storageclasses], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [namespaces], verbs: [get, list, watch]}
- {apiGroups: [resource.k8s.io], resources: [deviceclasses, resourceslices], verbs: [get, list, watch]}
- {apiGroups: [resource.k8s.io], resources: [resourceclaims, resourceclaims/status], verbs: [get, list, patch, update, watch]}
- {apiGroups: [resource.k8s.io], resources: [resourceclaims/binding], verbs: [patch, update]}
- {apiGroups: [""], resources: [pods/finalizers], verbs: [update]}
- {apiGroups: [""], resources: [persistentvolumes, persistentvolumeclaims], verbs: [get, list, patch, update, watch]}
`
	binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: course-user-scheduler}
subjects: [{kind: ServiceAccount, name: user-scheduler, namespace: course}]
roleRef: {kind: ClusterRole, name: course-user-scheduler, apiGroup: rbac.authorization.k8s.io}
`
	// complementary is the role of version 0.9, beside Kubernetes' own.
	complementary = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: course-user-scheduler-complementary}
rules:
- {apiGroups: [""], resourceNames: [user-scheduler], resources: [configmaps], verbs: [get, update]}
- {apiGroups: [storage.k8s.io], resources: [storageclasses], verbs: [get, list, watch]}
- {apiGroups: [""], resources: [persistentvolume, persistentvolumeclaims], verbs: [update]}
`
	priority = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: course-default-priority}\nvalue: 0\nglobalDefault: false\n"
)

func TestThePublicChartIsKnownByWhatItGrants(t *testing.T) {
	change := func(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }
	with := func(rule string) string { return newest + "- " + rule + "\n" }
	role := "\n---\n" + newest
	for name, test := range map[string]struct {
		text string // the first object of it is looked at
		want bool
	}{
		"its role":                          {newest, true},
		"of another release name":           {change(newest, "name: course-user-scheduler", "name: course-jupyterhub-user-scheduler", "user-scheduler-lock", "course-jupyterhub-user-scheduler-lock"), true},
		"of version 0.9":                    {complementary, true},
		"with endpoints, as up to 3.3":      {with(`{apiGroups: [""], resources: [endpoints], resourceNames: [user-scheduler-lock], verbs: [get, update]}`), true},
		"with the creation of endpoints":    {with(`{apiGroups: [""], resources: [endpoints], verbs: [create]}`), true},
		"without rules":                     {change(complementary, "rules:", "rules: []\nx:"), true},
		"of another hub's name":             {change(newest, "name: course-", "name: other-"), false},
		"of a name that begins like it":     {change(newest, "name: course-", "name: courses-"), false},
		"a rule more":                       {with(`{apiGroups: [""], resources: [secrets], verbs: [get]}`), false},
		"a verb more":                       {with(`{apiGroups: [""], resources: [pods], verbs: [get, create]}`), false},
		"a group more":                      {with(`{apiGroups: ["", apps], resources: [pods], verbs: [get]}`), false},
		"of all resources":                  {with(`{apiGroups: [""], resources: ["*"], verbs: [get]}`), false},
		"all verbs":                         {with(`{apiGroups: [""], resources: [pods], verbs: ["*"]}`), false},
		"of all groups":                     {with(`{apiGroups: ["*"], resources: [pods], verbs: [get]}`), false},
		"every lease":                       {with(`{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}`), false},
		"another lease":                     {with(`{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [user-scheduler-lock, hub-ops], verbs: [update]}`), false},
		"a lease that ends like it":         {with(`{apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [xuser-scheduler-lock], verbs: [update]}`), false},
		"paths of the API server":           {with(`{nonResourceURLs: ["*"], verbs: [get]}`), false},
		"that gathers other roles":          {newest + "aggregationRule: {clusterRoleSelectors: [{}]}\n", false},
		"that adds to other roles":          {change(newest, "labels: {", "labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true', "), false},
		"that cannot be read":               {change(newest, "rules:\n", "rules: {}\nx:\n"), false},
		"of another group":                  {change(newest, "rbac.authorization.k8s.io/v1", "example.org/v1"), false},
		"its binding":                       {binding + role, true},
		"of Kubernetes' role for pods":      {change(binding, "ClusterRole, name: course-user-scheduler", "ClusterRole, name: system:kube-scheduler"), true},
		"of Kubernetes' role for volumes":   {change(binding, "ClusterRole, name: course-user-scheduler", "ClusterRole, name: system:volume-scheduler"), true},
		"of cluster-admin":                  {change(binding, "ClusterRole, name: course-user-scheduler", "ClusterRole, name: cluster-admin"), false},
		"of a role that is not there":       {binding, false},
		"of a role that grants more":        {binding + "\n---\n" + with(`{apiGroups: [""], resources: [secrets], verbs: [get]}`), false},
		"of two roles of a name":            {binding + role + "\n---\n" + with(`{apiGroups: [""], resources: [secrets], verbs: [get]}`), false},
		"to an account of another hub":      {change(binding, "namespace: course", "namespace: other") + role, false},
		"to two, one of them another hub's": {change(binding, "subjects: [", "subjects: [{kind: ServiceAccount, name: hub, namespace: other}, ") + role, false},
		"to a user":                         {change(binding, "kind: ServiceAccount", "kind: User") + role, false},
		"to everybody":                      {change(binding, "kind: ServiceAccount, name: user-scheduler", "kind: Group, name: 'system:authenticated'") + role, false},
		"its priority":                      {priority, true},
		"of placeholders":                   {change(priority, "course-default", "course-user-placeholder", "value: 0", "value: -10"), true},
		"of the hub's own name":             {change(priority, "course-default-priority", "course"), true},
		"of an old API":                     {change(priority, "io/v1", "io/v1beta1"), true},
		"a higher one":                      {change(priority, "value: 0", "value: 1"), false},
		"one for all":                       {change(priority, "globalDefault: false", "globalDefault: true"), false},
		"without a value":                   {change(priority, "value: 0", ""), false},
		"another hub's":                     {change(priority, "course-", "other-"), false},
		"of a group of its own":             {change(priority, "scheduling.k8s.io", "example.org"), false},
		"a namespace":                       {"apiVersion: v1\nkind: Namespace\nmetadata: {name: course}\n", false},
	} {
		objects, err := manifest.Parse(test.text, "course")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := ofJupyterHub(objects[0], objects, layout.Plain("course")); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
