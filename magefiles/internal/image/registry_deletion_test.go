package image

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/prune"
)

func TestDelete(t *testing.T) {
	for name, test := range map[string]struct {
		meets func(http.Handler) http.Handler
		want  string
	}{
		"deleted":           {unchanged, ""},
		"by digest only":    {digestsOnly, ""},
		"refused":           {answering(request{Method: http.MethodDelete, Path: ""}, 0, status(http.StatusMethodNotAllowed, "UNSUPPORTED")), "it does not delete through its API"},
		"no right":          {answering(request{Method: http.MethodDelete, Path: ""}, 0, status(http.StatusForbidden, "DENIED")), "deleting is a right of its own"},
		"says so only":      {answering(request{Method: http.MethodDelete, Path: ""}, 0, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }), "says that it deleted"},
		"moved meanwhile":   {answering(request{Method: http.MethodHead, Path: "/manifests/t1"}, 0, another), "names sha256:" + strings.Repeat("0", 64) + " by now"},
		"gone meanwhile":    {answering(request{Method: http.MethodHead, Path: "/manifests/t1"}, 0, status(http.StatusNotFound, "MANIFEST_UNKNOWN")), ""},
		"server in trouble": {answering(request{Method: http.MethodDelete, Path: ""}, 0, status(http.StatusInternalServerError, "UNKNOWN")), "asking registry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			working := newStrict()
			s := newSite(t, working)
			r := Registry{Host: s.host(), Template: "team/user-{hub}"}
			pushed := written(t, r, "t1")
			s.becomes(test.meets(working))
			err := r.Delete(t.Context(), "a", prune.Tag{Name: "t1", Digest: pushed}, []string{pushed})
			if (err != nil) != (test.want != "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.Setup) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			s.becomes(working)
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
	return faulty{Handler: inner, Fault: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete {
			return false
		}
		if !strings.Contains(r.URL.Path, "sha256:") {
			refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "no tags")
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
