package registry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// A registry that answers nonsense, or for another content than was asked for, is not believed.
func TestRegistryThatAnswersGarbage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	const manifest = "application/vnd.oci.image.manifest.v1+json"
	for name, answer := range map[string]http.HandlerFunc{
		"noise":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\x00\xff<html>")) },
		"no digest": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", manifest) },
		"a digest of a shell": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", manifest)
			w.Header().Set("Docker-Content-Digest", "sha256:$(reboot)")
			w.Header().Set("Content-Length", "2")
		},
		"garbage in a refusal": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte("{\"errors\": [{\"code\": \"\x1b[31m\", \"message\": 7}]}"))
		},
		"another manifest than its digest": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", manifest)
			w.Header().Set("Docker-Content-Digest", digest)
			if r.Method == http.MethodHead {
				w.Header().Set("Content-Length", "2")
				return
			}
			_, _ = w.Write([]byte("{}"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
				if request.URL.Path == "/v2/" {
					return
				}
				answer(w, request)
			}))
			defer server.Close()
			r := Registry{Host: strings.TrimPrefix(server.URL, "http://"), Template: "x-{hub}"}
			start := time.Now()
			_, err := r.Digest(t.Context(), "a", "t1")
			if name != "another manifest than its digest" && (err == nil || exit.Code(err) != exit.Setup || strings.ContainsAny(err.Error(), "\x1b\x00")) {
				t.Errorf("its digest: %v", err)
			}
			if revision, err := r.Revision(t.Context(), "a"); err == nil || revision != "" {
				t.Errorf("its labels: %q, %v", revision, err)
			}
			if took := time.Since(start); took > answerTime {
				t.Errorf("it took %s", took)
			}
		})
	}
}
