package registry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// A registry may send a request on to another host, as those do that keep blobs in a bucket. What it is sent on with is
// the address alone.
func TestCredentialsDoNotFollowARedirect(t *testing.T) {
	var reached, leaked atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Store(true)
		if r.Header.Get("Authorization") != "" || strings.Contains(r.URL.String(), "correct-horse") {
			leaked.Store(true)
		}
		w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("a", 64))
		w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
		w.Header().Set("Content-Length", "2")
	}))
	defer elsewhere.Close()
	var authorised atomic.Bool
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "a" || password != "correct-horse" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.URL.Path != "/v2/" {
			authorised.Store(true)
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		}
	}))
	defer registry.Close()
	r := Registry{Template: strings.TrimPrefix(registry.URL, "http://") + "/x-{hub}", Username: "a", Password: "correct-horse"}
	if _, err := r.Digest(t.Context(), "a", "t1"); err != nil {
		t.Errorf("the redirect was not followed: %v", err)
	}
	if !authorised.Load() || !reached.Load() {
		t.Errorf("the registry was asked with the password: %v, and the other host: %v", authorised.Load(), reached.Load())
	}
	if leaked.Load() {
		t.Error("the other host was given the password")
	}
}
