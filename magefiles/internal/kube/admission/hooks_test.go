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

// helm makes a hook and patches none: it is asked about as one that is made, in the name of the hub's account, and only if it runs.
func TestHooksOfTheActionAreAskedAbout(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/apis/apps/v1" {
			_, _ = io.WriteString(w, `{"resources":[{"name":"deployments","kind":"Deployment","namespaced":true}]}`)
			return
		}
		body, _ := io.ReadAll(r.Body)
		name := strings.TrimSuffix(string(body[strings.LastIndex(string(body), ":")+2:]), "}\n")
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+name+" "+r.Header.Get("Impersonate-User"))
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"message":"Deployment.apps \"`+name+`\" is invalid: spec: no"}`)
		}
	})
	hook := func(name string, events ...string) manifest.Hook {
		return manifest.Hook{Path: "course/templates/" + name + ".yaml", Manifest: strings.ReplaceAll(hub, "name: hub", "name: "+name), Events: events}
	}
	objects, err := manifest.Release(hub, []manifest.Hook{hook("before", "pre-upgrade"), hook("first", "post-install"), hook("tested", "test")}, "course")
	if err != nil {
		t.Fatal(err)
	}
	err = Check(t.Context(), server, Change{Hub: "course", As: "hub-course", Objects: objects, Action: manifest.Upgrade})
	slices.Sort(asked)
	if got := strings.Join(asked, ", "); got != "PATCH hub hub-course, POST before hub-course" {
		t.Errorf("asked about %s", got)
	}
	if err == nil || !strings.Contains(err.Error(), "(course/templates/before.yaml)") {
		t.Errorf("got %v", err)
	}
}
