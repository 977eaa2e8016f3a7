package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever the name of an object is, a request is about an object of that name: it gets to no other one, and no other query.
func TestNamesStayInTheirSegment(t *testing.T) {
	for name, want := range map[string]string{ // as the API server reads it
		"hub": "hub", "system:node": "system:node", "a b": "a b", "a?dryRun=None&x=": "a?dryRun=None&x=", "a#b": "a#b", "a%2Fb": "a%2Fb",
		"..": "%2E%2E", ".": "%2E", "../../kube-system/secrets/x": "..%2F..%2Fkube-system%2Fsecrets%2Fx", "a/status": "a%2Fstatus", "": "",
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+InNamespace("v1", "course", "secrets", name)+"?dryRun=All", nil)
		if got := request.URL.Path; got != "/api/v1/namespaces/course/secrets/"+want {
			t.Errorf("%q: the path is %s", name, got)
		}
		if got := request.URL.RawQuery; got != "dryRun=All" {
			t.Errorf("%q: the query is %s", name, got)
		}
		for version := range strings.SplitSeq("v1 apps/v1", " ") {
			path := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/"+InNamespace(version+"/"+name, name, "pods"), nil).URL.Path
			if strings.Contains(path+"/", "/../") {
				t.Errorf("%q as a version or namespace: %s", name, path)
			}
		}
	}
	if got := InNamespace("apps/v1", "course", "deployments", "hub", "status"); got != "apis/apps/v1/namespaces/course/deployments/hub/status" {
		t.Errorf("got %s", got)
	}
}
