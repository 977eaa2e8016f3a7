package earlier

import (
	"io"
	"net/http"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/layout"
)

var course = layout.Address{Hub: "course", Namespace: "courses", Release: "course-prod"}

// newCluster is a cluster of Kubernetes 1.37 with a few kinds.
func newCluster(t *testing.T) *Checker {
	t.Helper()
	answers := map[string]string{
		"/version":        `{"gitVersion":"v1.37.2"}`,
		"/api/v1":         `{"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true}]}`,
		"/apis/policy/v1": `{"resources":[{"name":"poddisruptionbudgets","kind":"PodDisruptionBudget","namespaced":true}]}`,
	}
	server := apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if text, found := answers[r.URL.Path]; found {
			_, _ = io.WriteString(w, text)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	return &Checker{kube: &kube.Client{Server: server}}
}

func TestNoWayBackToKindsThatAreGone(t *testing.T) {
	checker := newCluster(t)
	budget := func(version string) string {
		return "# Source: course/templates/a.yaml\napiVersion: " + version + "\nkind: PodDisruptionBudget\nmetadata: {name: hub}\n"
	}
	for name, test := range map[string]struct{ manifest, want string }{
		"now":           {budget("policy/v1"), ""},
		"an operator's": {"apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: a}\n", ""},
		"then":          {budget("policy/v1beta1"), "hub course cannot go back: revision 3 was made for an older Kubernetes than v1.37.2: course/templates/a.yaml makes PodDisruptionBudget of policy/v1beta1 (gone since 1.25, policy/v1 now); name another revision with REVISION"},
	} {
		err := checker.checkKinds(t.Context(), course, history.Stored{Manifest: test.manifest}, 3)
		if (err == nil) != (test.want == "") || err != nil && (err.Error() != test.want || exit.Code(err) != exit.Helm) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
