package kube

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/layout"
)

func TestWhichPartOfALogIsAskedFor(t *testing.T) {
	var asked string
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path + "?" + r.URL.RawQuery
		if strings.HasSuffix(r.URL.Path, "/gone/log") {
			http.Error(w, `{"message": "pods \"gone\" not found"}`, http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "a line\n")
	})}
	for want, wanted := range map[string]Logged{
		"/api/v1/namespaces/botany/pods/hub-1/log?container=hub&tailLines=200":                {Pod: "hub-1", Container: "hub", Lines: 200},
		"/api/v1/namespaces/botany/pods/hub-1/log?container=hub&follow=true&sinceSeconds=600": {Pod: "hub-1", Container: "hub", Since: 10 * time.Minute, Follow: true, Lines: 200},
		"/api/v1/namespaces/botany/pods/hub-1/log?container=hub&previous=true&sinceSeconds=1": {Pod: "hub-1", Container: "hub", Since: time.Millisecond, Follow: true, Previous: true},
		"/api/v1/namespaces/botany/pods/hub-1/log?container=a%26b&tailLines=1":                {Pod: "hub-1", Container: "a&b", Lines: 1},
	} {
		body, err := client.OpenLog(t.Context(), layout.Plain("botany"), wanted)
		if err != nil || asked != want {
			t.Fatalf("%v: asked for %s, want %s", err, asked, want)
		}
		_ = body.Close()
	}
	if _, err := client.OpenLog(t.Context(), layout.Plain("botany"), Logged{Pod: "gone"}); exit.Code(err) != exit.Setup {
		t.Error(err)
	}
}

func TestCredentialsOfAHub(t *testing.T) {
	var asked string
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("fieldSelector")
		_, _ = io.WriteString(w, `{"items": [{"type": "Opaque", "data": {"token": "Y2FuYXJ5"}}]}`)
	})}
	values, err := client.Credentials(t.Context(), layout.Plain("botany"))
	// helm's releases, which can be a hundred megabytes in a namespace that hubs share, stay where they are.
	if err != nil || len(values) != 1 || values[0] != "canary" || asked != "type!=helm.sh/release.v1" {
		t.Errorf("%q, %v, asked for %s", values, err, asked)
	}
}
