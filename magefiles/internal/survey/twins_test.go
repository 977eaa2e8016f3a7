package survey

import (
	"net/http"
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api/apitest"
)

// A release that the API server does not give could be the hub that is about to be installed. One that is gone meanwhile, or that helm could not read
// either, is not.
func TestAReleaseThatIsNotGivenIsNotOneThatIsNotThere(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		answer  string
		unknown bool
	}{
		"refused":    {http.StatusForbidden, `{"kind":"Status","message":"secrets is forbidden"}`, true},
		"fails":      {http.StatusInternalServerError, `{"kind":"Status","message":"etcdserver: request timed out"}`, true},
		"gone":       {http.StatusNotFound, `{"kind":"Status","message":"not found"}`, false},
		"unreadable": {http.StatusOK, `{"data":{"release":"bm9uZQ=="}}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.answer))
			})
			server.Patience = 0
			fleet := &Fleet{client: &kube.Client{Server: server}}
			found, err := fleet.read(t.Context(), []history.Release{{Name: "old", Namespace: "old", Revisions: []history.Revision{{Number: 1, Status: "deployed"}}}})
			if len(found) > 0 || (err != nil) != test.unknown {
				t.Errorf("got %v, %v", found, err)
			}
		})
	}
}
