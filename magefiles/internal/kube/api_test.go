package kube

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/manifest"
)

// answering is a client whose API server is the handler.
func answering(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	proxy := &Proxy{again: make(chan struct{}, 1), patience: 5 * time.Second}
	proxy.client.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}}
	return &Client{Context: "course", proxy: proxy}
}

func TestAnAPIServerThatWasThereIsWaitedFor(t *testing.T) {
	answers := []int{200, 502, 429, 200}
	var asked int
	client := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if code := answers[asked-1]; code != 200 {
			http.Error(w, "connection refused", code)
			return
		}
		_, _ = io.WriteString(w, `{"items":[]}`)
	})
	for range 2 {
		if _, err := client.Release(t.Context(), "course"); err != nil {
			t.Fatal(err)
		}
	}
	if asked != len(answers) {
		t.Errorf("asked %d times", asked)
	}
}

func TestAnAPIServerThatNeverAnsweredIsNot(t *testing.T) {
	start := time.Now()
	_, err := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "dial tcp 10.0.0.1:443: connect: connection refused", http.StatusBadGateway)
	}).Releases(t.Context())
	if err == nil || err.Error() != "asking the cluster: dial tcp 10.0.0.1:443: connect: connection refused" || time.Since(start) > 3*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestAListIsReadPageByPageAndBegunAnewWhenItIsTooOld(t *testing.T) {
	pages := 0
	client := answering(t, func(w http.ResponseWriter, r *http.Request) {
		pages++
		if !strings.HasPrefix(r.Header.Get("Accept"), "application/json;as=PartialObjectMetadataList") {
			t.Errorf("the whole objects are asked for")
		}
		page, next := "1", "more"
		if r.URL.Query().Get("continue") != "" {
			page, next = "2", ""
		}
		if pages == 2 {
			w.WriteHeader(http.StatusGone)
			_, _ = io.WriteString(w, `{"message":"too old"}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"metadata":{"continue":%q},"items":[{"metadata":{"namespace":"a","labels":{"name":"a","version":%q,"status":"deployed"}}}]}`, next, page)
	})
	releases, err := client.Releases(t.Context())
	if err != nil || len(releases["a/a"].Revisions) != 2 || pages != 4 {
		t.Errorf("%d pages, %+v, %v", pages, releases, err)
	}
}

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
	client := answering(t, func(w http.ResponseWriter, r *http.Request) {
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
		case r.Method == http.MethodPatch && r.URL.Query().Get("dryRun") == "All":
			asked = append(asked, r.URL.Path)
		default:
			w.WriteHeader(http.StatusNotFound)
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
	err := client.Admit(t.Context(), "course", manifest.Split(rendered))
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
