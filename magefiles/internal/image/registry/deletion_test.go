package registry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/plan"
)

func TestDelete(t *testing.T) {
	_, pass := plan.Enter(ci.Event{Kind: ci.Local}, "a", []string{"a"}, plan.Ownership{})
	for name, test := range map[string]struct {
		meets func(http.Handler) http.Handler
		want  string
	}{
		"deleted":           {registrytest.Unchanged, ""},
		"by digest only":    {digestsOnly, ""},
		"refused":           {registrytest.Answering(registrytest.Request{Method: http.MethodDelete, Path: ""}, 0, registrytest.Status(http.StatusMethodNotAllowed, "UNSUPPORTED")), "it does not delete through its API"},
		"no right":          {registrytest.Answering(registrytest.Request{Method: http.MethodDelete, Path: ""}, 0, registrytest.Status(http.StatusForbidden, "DENIED")), "deleting is a right of its own"},
		"says so only":      {registrytest.Answering(registrytest.Request{Method: http.MethodDelete, Path: ""}, 0, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }), "says that it deleted"},
		"moved meanwhile":   {registrytest.Answering(registrytest.Request{Method: http.MethodHead, Path: "/manifests/t1"}, 0, registrytest.Another), "names sha256:" + strings.Repeat("0", 64) + " by now"},
		"gone meanwhile":    {registrytest.Answering(registrytest.Request{Method: http.MethodHead, Path: "/manifests/t1"}, 0, registrytest.Status(http.StatusNotFound, "MANIFEST_UNKNOWN")), ""},
		"server in trouble": {registrytest.Answering(registrytest.Request{Method: http.MethodDelete, Path: ""}, 0, registrytest.Status(http.StatusInternalServerError, "UNKNOWN")), "asking registry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			working := registrytest.NewStrict()
			s := registrytest.NewSite(t, working)
			r := Registry{Host: s.Host(), Template: "team/user-{hub}"}
			pushed := written(t, r, "t1")
			s.Becomes(test.meets(working))
			err := r.Delete(t.Context(), pass, "a", prune.Tag{Name: "t1", Digest: pushed}, []string{pushed})
			if (err != nil) != (test.want != "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.Setup) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			s.Becomes(working)
			if name != "gone meanwhile" {
				digest, err := r.Digest(t.Context(), "a", "t1")
				if err != nil || (digest == "") != (test.want == "") {
					t.Errorf("the registry has %q, %v", digest, err)
				}
			}
		})
	}
}

// digestsOnly deletes no tag, but a manifest with its tags.
func digestsOnly(inner http.Handler) http.Handler {
	return registrytest.Faulty{Handler: inner, Fault: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete {
			return false
		}
		if !strings.Contains(r.URL.Path, "sha256:") {
			registrytest.Refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "no tags")
			return true
		}
		repository, _, _ := strings.Cut(r.URL.Path, "/manifests/")
		for _, path := range []string{r.URL.Path, repository + "/manifests/t1"} {
			deletion := r.Clone(r.Context())
			deletion.URL.Path = path
			inner.ServeHTTP(httptest.NewRecorder(), deletion)
		}
		w.WriteHeader(http.StatusAccepted)
		return true
	}}
}
