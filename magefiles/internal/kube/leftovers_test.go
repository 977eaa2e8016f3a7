package kube

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// cluster answers for objects, by path; the API server knows the kinds below.
func cluster(t *testing.T, objects map[string]string) *Client {
	t.Helper()
	const kinds = `{"resources":[{"name":"services","kind":"Service","namespaced":true},{"name":"services/status","kind":"Service","namespaced":true},` +
		`{"name":"configmaps","kind":"ConfigMap","namespaced":true},{"name":"persistentvolumeclaims","kind":"PersistentVolumeClaim","namespaced":true},{"name":"clusterroles","kind":"ClusterRole"}]}`
	return &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/")
		switch object, found := objects[path]; {
		case found:
			_, _ = io.WriteString(w, object)
		case path == "api/v1" || path == "apis/serving.knative.dev/v1" || path == "apis/rbac.authorization.k8s.io/v1":
			_, _ = io.WriteString(w, kinds)
		default:
			http.Error(w, `{"message":"not found"}`, http.StatusNotFound)
		}
	})}
}

// made is an object with helm's marks of a release, made at a second.
func made(uid, release string, second int, spec string) string {
	return fmt.Sprintf(`{"metadata":{"uid":%q,"creationTimestamp":"2026-01-01T00:00:%02dZ","labels":{"app.kubernetes.io/managed-by":"Helm"},`+
		`"annotations":{"meta.helm.sh/release-name":%q,"meta.helm.sh/release-namespace":%q}},"spec":{%s}}`, uid, second, release, release, spec)
}

func TestOnlyWhatTheRevisionHasMadeIsALeftover(t *testing.T) {
	const in = "api/v1/namespaces/course/"
	client := cluster(t, map[string]string{
		in + "secrets/sh.helm.release.v1.course.v2":                  `{"metadata":{"creationTimestamp":"2026-01-01T00:00:10Z"}}`,
		in + "services/hub":                                          made("core", "course", 1, ""),
		"apis/serving.knative.dev/v1/namespaces/course/services/hub": made("knative", "course", 10, ""),
		in + "configmaps/older":                                      made("older", "course", 9, ""),
		in + "configmaps/other":                                      made("other", "monitoring", 11, ""),
		in + "configmaps/bare":                                       `{"metadata":{"uid":"bare","creationTimestamp":"2026-01-01T00:00:11Z"}}`,
		in + "persistentvolumeclaims/bound":                          made("bound", "course", 11, `"volumeName":"pv"`),
		in + "persistentvolumeclaims/open":                           made("open", "course", 11, ""),
		"api/v1/namespaces/elsewhere/configmaps/away":                made("away", "course", 11, ""),
		"apis/rbac.authorization.k8s.io/v1/clusterroles/role":        made("role", "course", 11, ""),
	})
	text := strings.Join([]string{
		"{kind: Service, apiVersion: serving.knative.dev/v1, metadata: {name: hub}}",
		"{kind: ConfigMap, apiVersion: v1, metadata: {name: older}}", "{kind: ConfigMap, apiVersion: v1, metadata: {name: other}}",
		"{kind: ConfigMap, apiVersion: v1, metadata: {name: bare}}", "{kind: ConfigMap, apiVersion: v1, metadata: {name: gone}}",
		"{kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: bound}}", "{kind: PersistentVolumeClaim, apiVersion: v1, metadata: {name: open}}",
		"{kind: ConfigMap, apiVersion: v1, metadata: {name: away, namespace: elsewhere}}", "{kind: Unknown, apiVersion: v1, metadata: {name: a}}",
		"{kind: ClusterRole, apiVersion: rbac.authorization.k8s.io/v1, metadata: {name: role}}", "{kind: ConfigMap, apiVersion: v1, metadata: {generateName: a}}",
	}, "\n---\n")
	objects, err := manifest.Parse(text, "course")
	if err != nil {
		t.Fatal(err)
	}
	leftovers, err := client.Leftovers(t.Context(), layout.Plain("course"), 2, objects)
	var got []string
	for _, one := range leftovers {
		got = append(got, fmt.Sprintf("%s %s %v", one.UID, one.Path, one.Bound))
	}
	want := []string{
		"knative apis/serving.knative.dev/v1/namespaces/course/services/hub false", "bound " + in + "persistentvolumeclaims/bound true",
		"open " + in + "persistentvolumeclaims/open false", "away api/v1/namespaces/elsewhere/configmaps/away false",
		"role apis/rbac.authorization.k8s.io/v1/clusterroles/role false",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, got\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, err := client.Leftovers(t.Context(), layout.Plain("course"), 3, objects); err == nil {
		t.Error("a revision that is gone has leftovers")
	}
}

func TestWhatHelmKeepsIsReplacedOnlyAsItWasRead(t *testing.T) {
	patch := ""
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			body, _ := io.ReadAll(r.Body)
			patch = string(body)
		}
		_, _ = io.WriteString(w, `{"metadata":{"uid":"u1","resourceVersion":"17"},"data":{"release":"YQ=="}}`)
	})}
	stored, err := client.Stored(t.Context(), layout.Plain("course"), 2)
	if err == nil {
		err = client.SetStored(t.Context(), layout.Plain("course"), 2, stored, "failed")
	}
	if err != nil || !strings.Contains(patch, `"uid":"u1"`) || !strings.Contains(patch, `"resourceVersion":"17"`) {
		t.Errorf("%v: %s", err, patch)
	}
}

func TestPodsThatRunUseTheirClaims(t *testing.T) {
	pod := func(name, claim, more, phase string) string {
		return fmt.Sprintf(`{"metadata":{"name":%q%s},"spec":{"volumes":[{},{"persistentVolumeClaim":{"claimName":%q}}]},"status":{"phase":%q}}`, name, more, claim, phase)
	}
	client := cluster(t, map[string]string{"api/v1/namespaces/course/pods": `{"items":[` + strings.Join([]string{
		pod("a", "used", "", "Running"), pod("b", "waiting", "", "Pending"), pod("c", "done", "", "Succeeded"), pod("d", "ending", `,"deletionTimestamp":"2026-01-01T00:00:00Z"`, "Running"),
	}, ",") + `]}`})
	used, err := client.UsedClaims(t.Context(), layout.Plain("course"))
	if err != nil || len(used) != 2 || used["used"] != "a" || used["waiting"] != "b" {
		t.Errorf("%v, %v", used, err)
	}
}

func TestANamespaceThatMayNotBeReadIsThere(t *testing.T) {
	for code, want := range map[int]Namespace{
		http.StatusNotFound:  {},
		http.StatusForbidden: {Found: true, Deployed: "us_hubs"},
	} {
		client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "leases") {
				_, _ = io.WriteString(w, `{"metadata":{"name":"hub-ops","resourceVersion":"1","labels":{"hub-ops.repository":"us_hubs"}}}`)
				return
			}
			http.Error(w, `{"message":"no"}`, code)
		})}
		if got, err := client.Namespace(t.Context(), "course"); err != nil || got != want {
			t.Errorf("%d: %+v, %v", code, got, err)
		}
	}
}
