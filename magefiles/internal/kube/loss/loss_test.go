package loss

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

const (
	workload  = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: hub}\nspec: {template: {spec: {containers: [{name: hub}]}}}\n"
	settings  = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
	database  = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: db}\n"
	other     = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: other}\n"
	elsewhere = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: far, namespace: elsewhere}\n"
	namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: elsewhere}\n"
	postgres  = "apiVersion: example.org/v1\nkind: Postgres\nmetadata: {name: pg}\n"
	kind      = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: postgreses.example.org}\nspec: {group: example.org, names: {kind: Postgres}}\n"
	volume    = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: nfs}\n"
)

func stateful(replicas, policy string) string {
	return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: set}\nspec:\n  replicas: " + replicas + "\n  persistentVolumeClaimRetentionPolicy: {" + policy +
		"}\n  volumeClaimTemplates: [{metadata: {name: data}}]\n  template: {spec: {containers: [{name: db}]}}\n"
}

// claims are those of the namespaces; the ones of pods belong to what made them, by way of other objects.
var claims = map[string]string{
	"course": `{"items":[
		{"metadata":{"name":"db"},"spec":{"volumeName":"v1"},"status":{"capacity":{"storage":"10Gi"}}},
		{"metadata":{"name":"other"},"spec":{"volumeName":"v2"},"status":{"capacity":{"storage":"5Gi"}}},
		{"metadata":{"name":"pending"},"spec":{"resources":{"requests":{"storage":"7Gi"}}}},
		{"metadata":{"name":"data-set-0"},"spec":{"volumeName":"v3"},"status":{"capacity":{"storage":"1Gi"}}},
		{"metadata":{"name":"data-set-1","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"set"}]},"spec":{"volumeName":"v4"},"status":{"capacity":{"storage":"2Gi"}}},
		{"metadata":{"name":"pg-data","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"pg-set"}]},"spec":{"volumeName":"v5"},"status":{"capacity":{"storage":"3Gi"}}}]}`,
	"elsewhere": `{"items":[{"metadata":{"name":"far"},"spec":{"volumeName":"v6"},"status":{"capacity":{"storage":"4Gi"}}}]}`,
}

// served is an API server that has everything; what is in the map is answered in another way.
func served(t *testing.T, answers map[string]any) *api.Server {
	t.Helper()
	kinds := map[string]string{
		"/api/v1": `{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true},{"name":"persistentvolumeclaims","kind":"PersistentVolumeClaim","namespaced":true},
			{"name":"namespaces","kind":"Namespace"},{"name":"persistentvolumes","kind":"PersistentVolume"}]}`,
		"/apis/apps/v1":                                       `{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true},{"name":"statefulsets","kind":"StatefulSet","namespaced":true}]}`,
		"/apis/example.org/v1":                                `{"resources":[{"name":"postgreses","kind":"Postgres","namespaced":true}]}`,
		"/apis/apiextensions.k8s.io/v1":                       `{"resources":[{"name":"customresourcedefinitions","kind":"CustomResourceDefinition"}]}`,
		"/api/v1/namespaces/course/persistentvolumeclaims":    claims["course"],
		"/api/v1/namespaces/elsewhere/persistentvolumeclaims": claims["elsewhere"],
		"/apis/apps/v1/namespaces/course/statefulsets/pg-set": `{"metadata":{"ownerReferences":[{"apiVersion":"example.org/v1","kind":"Postgres","name":"pg"}]}}`,
		"/api/v1/persistentvolumes/nfs":                       `{"spec":{"capacity":{"storage":"100Gi"}},"status":{"phase":"Bound"}}`,
	}
	return apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch answer := answers[r.URL.Path].(type) {
		case int:
			w.WriteHeader(answer)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": "no"})
			return
		case string:
			_, _ = io.WriteString(w, answer)
			return
		}
		text, found := kinds[r.URL.Path]
		if !found {
			text = "{}"
		}
		_, _ = io.WriteString(w, text)
	})
}

func TestWhatAChangeDeletes(t *testing.T) {
	const claim = "/api/v1/namespaces/course/persistentvolumeclaims"
	hook := func(events, policies []string) []manifest.Hook {
		return []manifest.Hook{{Kind: "PersistentVolumeClaim", Manifest: database, Events: events, DeletePolicies: policies}}
	}
	for name, test := range map[string]struct {
		before, after []string
		hooks         []manifest.Hook
		action        manifest.Action
		answers       map[string]any
		want          string
	}{
		"nothing":                {before: []string{workload, database}, after: []string{workload, database}},
		"a first install":        {after: []string{workload, database}, action: manifest.Install},
		"a setting":              {before: []string{workload, settings}, after: []string{workload}},
		"a claim":                {before: []string{workload, database}, after: []string{workload}, want: "claim db (10Gi)"},
		"another name":           {before: []string{workload, database}, after: []string{workload, other}, want: "claim db (10Gi)"},
		"all":                    {before: []string{workload, database, settings}, after: []string{settings}, want: "claim db (10Gi), and all of its workloads: Deployment/hub"},
		"another workload":       {before: []string{workload}, after: []string{stateful("1", "")}},
		"workloads gone before":  {before: []string{workload}, answers: map[string]any{"/apis/apps/v1/namespaces/course/deployments/hub": 404}},
		"a claim gone before":    {before: []string{workload, database}, after: []string{workload}, answers: map[string]any{claim + "/db": 404}},
		"a claim that is kept":   {before: []string{workload, database}, after: []string{workload}, answers: map[string]any{claim + "/db": `{"metadata":{"annotations":{"helm.sh/resource-policy":"keep"}}}`}},
		"a claim kept as Keep":   {before: []string{workload, database}, after: []string{workload}, answers: map[string]any{claim + "/db": `{"metadata":{"annotations":{"helm.sh/resource-policy":"Keep"}}}`}, want: "claim db (10Gi)"},
		"a claim not bound":      {before: []string{workload, strings.ReplaceAll(database, "db", "pending")}, after: []string{workload}},
		"claims not to be seen":  {before: []string{workload, database}, after: []string{workload}, answers: map[string]any{claim: 403, claim + "/db": 403}, want: "claim db (of a size that this account may not see)"},
		"of another namespace":   {before: []string{workload, elsewhere}, after: []string{workload}, want: "claim far (4Gi) of namespace elsewhere"},
		"a namespace":            {before: []string{workload, namespace}, after: []string{workload}, want: "claim far (4Gi) of namespace elsewhere with Namespace/elsewhere"},
		"a volume":               {before: []string{workload, volume}, after: []string{workload}, want: "volume nfs (100Gi), which is bound"},
		"a StatefulSet":          {before: []string{workload, stateful("2", "")}, after: []string{workload}, want: "claim data-set-1 (2Gi) with StatefulSet/set"},
		"an operator's object":   {before: []string{workload, postgres}, after: []string{workload}, want: "claim pg-data (3Gi) with Postgres/pg"},
		"an operator's kind":     {before: []string{workload, kind}, after: []string{workload}, want: "claim pg-data (3Gi) with CustomResourceDefinition/postgreses.example.org"},
		"fewer pods":             {before: []string{stateful("2", "whenScaled: Delete")}, after: []string{stateful("1", "whenScaled: Delete")}, want: "claim data-set-1 (2Gi) of a pod that its StatefulSet no longer wants"},
		"fewer pods, kept":       {before: []string{stateful("2", "whenScaled: Delete")}, after: []string{stateful("1", "whenScaled: Retain")}},
		"more pods":              {before: []string{stateful("1", "whenScaled: Delete")}, after: []string{stateful("2", "whenScaled: Delete")}},
		"a hook made anew":       {before: []string{workload}, after: []string{workload}, hooks: hook([]string{"pre-upgrade"}, nil), want: "claim db (10Gi)"},
		"by its policy":          {before: []string{workload}, after: []string{workload}, hooks: hook([]string{"post-upgrade"}, []string{"hook-failed", "before-hook-creation"}), want: "claim db (10Gi)"},
		"a hook that stays":      {before: []string{workload}, after: []string{workload}, hooks: hook([]string{"pre-upgrade"}, []string{"hook-failed"})},
		"a hook of installs":     {before: []string{workload}, after: []string{workload}, hooks: hook([]string{"pre-install", "post-rollback"}, nil)},
		"installed after it was": {after: []string{workload}, hooks: hook([]string{"pre-install"}, nil), action: manifest.Install, want: "claim db (10Gi)"},
		"a removal's hook":       {hooks: hook([]string{"pre-delete"}, nil), action: manifest.Delete, want: "claim db (10Gi)"},
		"what becomes a hook":    {before: []string{workload, database}, after: []string{workload}, hooks: hook([]string{"post-install"}, nil), want: "claim db (10Gi)"},
		"what was a hook":        {after: []string{workload, database}, action: manifest.Upgrade},
		"workloads as hooks":     {before: []string{workload}, hooks: []manifest.Hook{{Manifest: workload, Events: []string{"post-upgrade"}}}, want: "all of its workloads: Deployment/hub"},
		"a rollback's hook":      {before: []string{workload}, after: []string{workload}, hooks: hook([]string{"post-rollback"}, nil), action: manifest.Rollback, want: "claim db (10Gi)"},
	} {
		t.Run(name, func(t *testing.T) {
			change := Change{Before: parse(t, test.before), After: parse(t, test.after, test.hooks...), Action: manifest.Upgrade}
			if test.action != "" {
				change.Action = test.action
			}
			found, err := Find(t.Context(), &kube.Client{Server: served(t, test.answers)}, layout.Plain("course"), change)
			if err != nil || found.String() != test.want || found.Empty() != (test.want == "") {
				t.Errorf("got %q (%v), want %q", found, err, test.want)
			}
		})
	}
}

func parse(t *testing.T, objects []string, hooks ...manifest.Hook) []manifest.Object {
	t.Helper()
	parsed, err := manifest.Release(strings.Join(objects, "\n---\n"), hooks, "course")
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestNothingIsDeletedWhereTheClusterDoesNotAnswer(t *testing.T) {
	change := Change{Before: parse(t, []string{workload, database}), After: parse(t, []string{workload}), Action: manifest.Upgrade}
	server := served(t, map[string]any{"/api/v1/namespaces/course/persistentvolumeclaims/db": http.StatusInternalServerError})
	if found, err := Find(t.Context(), &kube.Client{Server: server}, layout.Plain("course"), change); err == nil {
		t.Errorf("got %q, want an error", found)
	}
}
