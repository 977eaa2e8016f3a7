package admission

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/kube/manifest"
)

const rendered = `---
# Source: course/templates/hub.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
---
# Source: course/templates/list.yaml
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: elsewhere}}
---
apiVersion: v1
kind: Namespace
metadata: {name: more}
---
apiVersion: example.org/v1
kind: Thing
metadata: {name: unknown}
`

func TestEveryObjectIsAskedAboutAndRefusalsNameObjectAndFile(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		kinds := map[string]string{
			"/api/v1":       `{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true},{"name":"namespaces","kind":"Namespace"}]}`,
			"/apis/apps/v1": `{"resources":[{"name":"deployments/scale","kind":"Scale","namespaced":true},{"name":"deployments","kind":"Deployment","namespaced":true}]}`,
		}
		if text, found := kinds[r.URL.Path]; found {
			_, _ = io.WriteString(w, text)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/hub"):
			_, _ = io.WriteString(w, `{"metadata":{"resourceVersion":"7"}}`)
			return
		case r.URL.Query().Get("dryRun") != "All":
			w.WriteHeader(http.StatusNotFound)
			return
		case r.Method == http.MethodPatch && r.Header.Get("Content-Type") == "application/apply-patch+yaml":
			asked = append(asked, r.URL.Path)
		}
		if strings.HasSuffix(r.URL.Path, "/hub") {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"message":"Deployment.apps \"hub\" is invalid: spec.selector: Invalid value: {}: field is immutable"}`)
		}
		if strings.HasSuffix(r.URL.Path, "/b") {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"message":"configmaps \"b\" is not wanted here"}`)
		}
	})
	objects, err := manifest.Parse(rendered, "course")
	if err != nil {
		t.Fatal(err)
	}
	err = Check(t.Context(), server, Change{Hub: "course", Objects: objects, Action: manifest.Upgrade})
	slices.Sort(asked)
	if got := strings.Join(asked, " "); got != "/api/v1/namespaces/course/configmaps/a /api/v1/namespaces/elsewhere/configmaps/b /api/v1/namespaces/more /apis/apps/v1/namespaces/course/deployments/hub" {
		t.Errorf("asked about %s", got)
	}
	for _, want := range []string{
		"the API server refuses hub course: deployment/hub: field spec.selector cannot be changed", "(course/templates/hub.yaml)",
		`configmap/b (course/templates/list.yaml): configmaps "b" is not wanted here`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in: %v", want, err)
		}
	}
}
