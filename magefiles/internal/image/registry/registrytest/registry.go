// Package registrytest has registries for tests: one that works, some that meet each fault which a push can meet, and one
// whose behaviour changes while it runs.
package registrytest

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// strict refuses a manifest whose blobs are not there, as registries do. go-containerregistry's takes any.
type strict struct{ http.Handler }

// New is go-containerregistry's, which keeps all in memory and takes any manifest. It logs nothing.
func New(options ...registry.Option) http.Handler {
	return registry.New(append(options, registry.Logger(log.New(io.Discard, "", 0)))...)
}

// NewStrict is New with a manifest refused whose blobs are not there.
func NewStrict() http.Handler { return strict{New()} }

// Listen starts a registry on loopback, and returns its host.
func Listen(t testing.TB, handler http.Handler) (host string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func (s strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	repository, _, isManifest := strings.Cut(r.URL.Path, "/manifests/")
	if r.Method != http.MethodPut || !isManifest {
		s.Handler.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var manifest v1.Manifest
	_ = json.Unmarshal(body, &manifest) // an index has neither
	for _, blob := range append(manifest.Layers, manifest.Config) {
		if len(blob.URLs) > 0 || blob.Digest == (v1.Hash{}) {
			continue
		}
		answer := httptest.NewRecorder()
		s.Handler.ServeHTTP(answer, httptest.NewRequestWithContext(r.Context(), http.MethodHead, repository+"/blobs/"+blob.Digest.String(), nil))
		if answer.Code != http.StatusOK {
			Refuse(w, http.StatusBadRequest, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry")
			return
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.Handler.ServeHTTP(w, r)
}

// Refuse answers as the OCI distribution specification has it.
func Refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []map[string]string{{"code": code, "message": message}}})
}
