package rights

import (
	"net/url"
	"strings"
	"testing"
)

func TestWhatARequestNeeds(t *testing.T) {
	for request, want := range map[string]string{
		"GET /version":                       "",
		"GET /api/v1":                        "",
		"GET /apis/apps/v1":                  "",
		"GET /api/v1/namespaces/course/pods": "list pods",
		"GET /api/v1/namespaces/course/pods?watch=true":                             "watch pods",
		"GET /api/v1/namespaces/course/pods/hub/log":                                "get pods/log",
		"GET /api/v1/namespaces/course/pods/hub/portforward":                        "create pods/portforward",
		"GET /api/v1/namespaces/course/services/http:proxy-public:80/proxy/hub/hea": "get services/proxy",
		"GET /api/v1/secrets":                                               "list secrets",
		"POST /api/v1/namespaces":                                           "create namespaces",
		"GET /api/v1/namespaces/course":                                     "get namespaces",
		"PATCH /apis/apps/v1/namespaces/course/deployments/hub":             "patch deployments",
		"DELETE /apis/batch/v1/namespaces/course/jobs/a":                    "delete jobs",
		"PUT /apis/coordination.k8s.io/v1/namespaces/course/leases/hub-ops": "update leases",
		"DELETE /api/v1/namespaces/course/pods":                             "deletecollection pods",
	} {
		method, path, _ := strings.Cut(request, " ")
		address, err := url.Parse(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := For(method, address); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
	if _, known := For("DELETE", &url.URL{Path: "/api/v1/nodes/a"}); known {
		t.Error("to delete a node is no business of a deploy")
	}
}
