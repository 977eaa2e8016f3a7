package confine

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// served is an API server that knows some kinds, and has some objects beyond the namespace of the hub "course".
func served(t *testing.T) *api.Server {
	t.Helper()
	answers := map[string]string{
		"/api/v1":                            `{"resources":[{"name":"pods","kind":"Pod","namespaced":true},{"name":"configmaps","kind":"ConfigMap","namespaced":true},{"name":"namespaces","kind":"Namespace"}]}`,
		"/apis/rbac.authorization.k8s.io/v1": `{"resources":[{"name":"roles","kind":"Role","namespaced":true},{"name":"rolebindings","kind":"RoleBinding","namespaced":true},{"name":"clusterroles","kind":"ClusterRole"},{"name":"clusterrolebindings","kind":"ClusterRoleBinding"}]}`,
		"/apis/scheduling.k8s.io/v1":         `{"resources":[{"name":"priorityclasses","kind":"PriorityClass"}]}`,
		"/apis/apiextensions.k8s.io/v1":      `{"resources":[{"name":"customresourcedefinitions","kind":"CustomResourceDefinition"}]}`,
		"/api/v1/namespaces/other/pods/mine": `{"metadata":{"annotations":{"meta.helm.sh/release-name":"course","meta.helm.sh/release-namespace":"course"}}}`,
		"/api/v1/namespaces/other/pods/hub":  `{"metadata":{"annotations":{"meta.helm.sh/release-name":"other","meta.helm.sh/release-namespace":"other"}}}`,
		"/api/v1/namespaces/other/pods/hand": `{"metadata":{}}`,
		"/apis/rbac.authorization.k8s.io/v1/clusterroles/course-two-user-scheduler": `{"metadata":{"name":"x","annotations":{"meta.helm.sh/release-name":"course-two","meta.helm.sh/release-namespace":"course-two"}}}`,
		"/apis/rbac.authorization.k8s.io/v1/clusterroles/course-user-scheduler":     `{"metadata":{"name":"x","annotations":{"meta.helm.sh/release-name":"course","meta.helm.sh/release-namespace":"course"}}}`,
		"/apis/scheduling.k8s.io/v1/priorityclasses/course-two-default-priority":    `{"metadata":{"name":"x","labels":{"release":"course-two"}}}`,
		"/apis/scheduling.k8s.io/v1/priorityclasses/course-mine-priority":           `{"metadata":{"name":"x","labels":{"release":"course"}}}`,
		"/apis/scheduling.k8s.io/v1/priorityclasses/course-plain-priority":          `{"metadata":{"name":"x"}}`,
	}
	return apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch text, found := answers[r.URL.Path]; {
		case found:
			_, _ = io.WriteString(w, text)
		case strings.HasSuffix(r.URL.Path, "/secret"), strings.HasSuffix(r.URL.Path, "/course-secret"):
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

const (
	thief   = "# Source: course/charts/deep/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: thief, namespace: other}\n"
	own     = "apiVersion: v1\nkind: Pod\nmetadata: {name: hub}\n"
	admin   = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: course-admin}\nroleRef: {kind: ClusterRole, name: cluster-admin}\n"
	inside  = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: admin}\nroleRef: {kind: ClusterRole, name: cluster-admin}\nsubjects: [{kind: ServiceAccount, name: hub, namespace: other}]\n"
	thing   = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n"
	defines = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\nspec: {group: example.org, scope: Namespaced, names: {kind: Thing}}\n"
)

func TestWhatReachesBeyondTheNamespaceIsRefused(t *testing.T) {
	list := func(object string) string {
		return "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {" + strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(object, "# Source: course/charts/deep/templates/pod.yaml\n"), "\n", ", "), ", ") + "}\n"
	}
	allow := func(entries ...config.Allowed) []config.Allowed { return entries }
	entry := func(kind, namespace, name string) config.Allowed {
		return config.Allowed{Hubs: []string{"cour*"}, Kinds: []string{"Thing", kind}, Namespace: namespace, Name: name}
	}
	for name, test := range map[string]struct {
		makes   string
		hook    string
		deletes string
		allowed []config.Allowed
		want    string
	}{
		"nothing":                             {},
		"its own":                             {makes: own},
		"a role of its own namespace":         {makes: inside},
		"another namespace":                   {makes: own + "---\n" + thief, want: "makes Pod other/thief (course/charts/deep/templates/pod.yaml); if that is meant, add to hubops.yaml of origin/main: cluster: {allow: [{hubs: [course], kind: Pod, namespace: other, name: \"thief\"}]}"},
		"in a list in a list":                 {makes: list(thief), want: "makes Pod other/thief"},
		"the cluster":                         {makes: admin, want: `makes ClusterRoleBinding course-admin; if that is meant, add to hubops.yaml of origin/main: cluster: {allow: [{hubs: [course], kind: ClusterRoleBinding, name: "course-admin"}]}`},
		"a hook":                              {hook: admin, want: "makes ClusterRoleBinding course-admin (hook: pre-upgrade; course/templates/hook.yaml)"},
		"the own namespace":                   {makes: "apiVersion: v1\nkind: Namespace\nmetadata: {name: course}\n", want: "makes Namespace course"},
		"without a name":                      {makes: "apiVersion: v1\nkind: Namespace\nmetadata: {generateName: a-}\n", want: "makes Namespace without a name"},
		"a definition":                        {makes: defines + "---\n" + thing, want: "makes CustomResourceDefinition things.example.org;"},
		"of a kind that it defines":           {makes: defines + "---\n" + strings.Replace(thing, "a}", "a, namespace: other}", 1), allowed: allow(entry("CustomResourceDefinition", "", "things.*")), want: "makes Thing other/a;"},
		"of a kind for the cluster":           {makes: strings.Replace(defines, "Namespaced", "Cluster", 1) + "---\n" + thing, allowed: allow(entry("CustomResourceDefinition", "", "things.*"), config.Allowed{}), want: "makes Thing a"},
		"of a kind that nobody knows":         {makes: thing, want: "makes Thing a, of a kind that the cluster does not know"},
		"the public chart":                    {makes: binding + "---\n" + newest + "---\n" + priority},
		"the public chart's, as a hook":       {hook: priority},
		"a hook, over another hub's role":     {hook: strings.Replace(newest, "course-", "course-two-", 1), want: "makes ClusterRole course-two-user-scheduler (hook: pre-upgrade;"},
		"a hook, over another hub's priority": {hook: strings.Replace(priority, "course-", "course-two-", 1), want: "makes PriorityClass course-two-default-priority (hook:"},
		"a hook, over what may not be seen":   {hook: strings.Replace(priority, "course-default-priority", "course-secret", 1), want: "makes PriorityClass course-secret (hook:"},
		"a hook, over its own role":           {hook: newest},
		"a hook, over its hook before":        {hook: strings.Replace(priority, "default", "mine", 1)},
		"a hook, over what nobody marked":     {hook: strings.Replace(priority, "default", "plain", 1)},
		"a part, where another's is":          {makes: strings.Replace(newest, "course-", "course-two-", 1)},
		"allowed":                             {makes: thief + "---\n" + admin, allowed: allow(entry("Pod", "other", "thief"), entry("ClusterRoleBinding", "", "course-*"))},
		"allowed with its group":              {makes: admin, allowed: allow(entry("ClusterRoleBinding.rbac.authorization.k8s.io", "", "*"))},
		"with another group":                  {makes: admin, allowed: allow(entry("ClusterRoleBinding.example.org", "", "*")), want: "makes ClusterRoleBinding"},
		"allowed for another name":            {makes: admin, allowed: allow(entry("ClusterRoleBinding", "", "other-*")), want: "makes ClusterRoleBinding"},
		"allowed for another kind":            {makes: admin, allowed: allow(entry("ClusterRole", "", "*")), want: "makes ClusterRoleBinding"},
		"allowed in the cluster":              {makes: thief, allowed: allow(entry("Pod", "", "*")), want: "makes Pod other/thief"},
		"allowed in another namespace":        {makes: thief, allowed: allow(entry("Pod", "third", "*")), want: "makes Pod other/thief"},
		"allowed in namespaces":               {makes: admin, allowed: allow(entry("ClusterRoleBinding", "*", "*")), want: "makes ClusterRoleBinding"},
		"allowed for another hub":             {makes: admin, allowed: allow(config.Allowed{Hubs: []string{"support"}, Kinds: []string{"ClusterRoleBinding"}, Name: "*"}), want: "makes ClusterRoleBinding"},
		"a deletion of what it made":          {deletes: strings.Replace(thief, "thief", "mine", 1)},
		"of what is gone":                     {deletes: thief + "---\n" + admin},
		"of another release's":                {deletes: strings.Replace(thief, "thief", "hub", 1), want: "deletes Pod other/hub"},
		"of somebody's":                       {deletes: strings.Replace(thief, "thief", "hand", 1), want: "deletes Pod other/hand"},
		"of what may not be seen":             {deletes: strings.Replace(thief, "thief", "secret", 1), want: "deletes Pod other/secret"},
		"of what is allowed":                  {deletes: strings.Replace(thief, "thief", "hub", 1), allowed: allow(entry("Pod", "other", "hub"))},
		"both":                                {makes: thief, deletes: strings.Replace(thief, "thief", "hub", 1), want: "makes Pod other/thief (course/charts/deep/templates/pod.yaml); deletes Pod other/hub (course/charts/deep/templates/pod.yaml); if"},
	} {
		t.Run(name, func(t *testing.T) {
			hooks := []manifest.Hook{{Path: "course/templates/hook.yaml", Manifest: test.hook, Events: []string{"pre-upgrade"}}}
			makes, err := manifest.Release(test.makes, hooks, "course")
			if err != nil {
				t.Fatal(err)
			}
			deletes, err := manifest.Parse(test.deletes, "course")
			if err != nil {
				t.Fatal(err)
			}
			change := Change{At: layout.Plain("course"), Done: "deployed", Makes: makes, Deletes: deletes}
			err = Check(t.Context(), served(t), change, Rules{Allowed: test.allowed, Of: "hubops.yaml of origin/main and origin/staging", Counts: "hubops.yaml of origin/main"})
			const refused = "hub course is not deployed: it reaches beyond its namespace, which cluster.allow in hubops.yaml of origin/main and origin/staging does not allow: "
			if (err == nil) != (test.want == "") || err != nil && !strings.HasPrefix(err.Error(), refused+test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if err == nil {
				return
			}
			err = Check(t.Context(), served(t), change, Rules{Allowed: test.allowed, Unknown: "nobody knows the branch"})
			if err == nil || !strings.Contains(err.Error(), "nobody knows the branch, so nobody knows what cluster.allow says: ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A role of the release counts for its binding, and none that helm perhaps does not make: the name may be that of a role which grants more,
// as that of cluster-admin for a hub called cluster.
func TestABindingNeedsARoleThatIsMade(t *testing.T) {
	named := func(text string) string {
		return strings.NewReplacer("course-user-scheduler", "cluster-admin", "namespace: course", "namespace: cluster").Replace(text)
	}
	objects := func(text string, hooks ...manifest.Hook) []manifest.Object {
		all, err := manifest.Release(named(text), hooks, "cluster")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	later := manifest.Hook{Path: "hook.yaml", Manifest: named(newest), Events: []string{"post-delete"}}
	for name, test := range map[string]struct {
		change Change
		want   string
	}{
		"a part":  {Change{Makes: objects(binding + "---\n" + newest)}, ""},
		"a hook":  {Change{Makes: objects(binding, later)}, "makes ClusterRoleBinding cluster-admin;"},
		"in crds": {Change{First: objects(newest), Makes: objects(binding)}, "makes ClusterRoleBinding cluster-admin;"},
	} {
		test.change.At = layout.Plain("cluster")
		err := Check(t.Context(), served(t), test.change, Rules{})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAHubIsConfinedToTheNamespaceThatItHas(t *testing.T) {
	at := layout.Address{Hub: "course", Release: "old", Namespace: "place"}
	inPlace := strings.NewReplacer("course-", "old-", "namespace: course", "namespace: place")
	for name, test := range map[string]struct {
		text string
		good bool
	}{
		"its namespace":                {own, true},
		"the one of its name":          {strings.Replace(own, "{name: hub}", "{name: hub, namespace: course}", 1), false},
		"its release's scheduler":      {inPlace.Replace(binding + "\n---\n" + newest), true},
		"a scheduler of its own name":  {strings.Replace(newest, "namespace: course", "namespace: place", 1), false},
		"an account of its name's":     {strings.NewReplacer("course-", "old-").Replace(binding + "\n---\n" + newest), false},
		"named like its namespace now": {strings.NewReplacer("course-", "place-").Replace(newest), false},
	} {
		objects, err := manifest.Parse(test.text, at.Namespace)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(t.Context(), served(t), Change{At: at, Makes: objects}, Rules{}); (err == nil) != test.good {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestNothingIsAllowedWhereTheClusterDoesNotAnswer(t *testing.T) {
	server := apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	objects, err := manifest.Parse(own, "course")
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), server, Change{At: layout.Plain("course"), Makes: objects}, Rules{}); err == nil {
		t.Error("it is allowed")
	}
}
