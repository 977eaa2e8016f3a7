package registrytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
)

// Immutable is how a registry refuses to give a tag that there is to another image, or to the same one again.
type Immutable struct {
	Name    string
	Status  int
	Code    string
	Message string // with the tag in the place of %s
}

// Immutables are what three registries say, where tags cannot be overwritten.
var Immutables = []Immutable{
	{"ECR", http.StatusBadRequest, "TAG_INVALID", "The image tag '%s' already exists in the repository and cannot be overwritten because the repository is immutable."},
	{"Harbor", http.StatusPreconditionFailed, "PRECONDITION", "Failed to process request due to '%s' configured as immutable."},
	{"GAR", http.StatusForbidden, "DENIED", "cannot update tag %s. The repository has enabled tag immutability"},
}

// Wrap lets a registry refuse that. Each refusal is counted.
func (i Immutable) Wrap(inner http.Handler, refused *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, tag, isManifest := strings.Cut(r.URL.Path, "/manifests/")
		if r.Method == http.MethodPut && isManifest && !strings.HasPrefix(tag, "sha256:") {
			answer := httptest.NewRecorder()
			inner.ServeHTTP(answer, httptest.NewRequestWithContext(r.Context(), http.MethodHead, r.URL.Path, nil))
			if answer.Code == http.StatusOK {
				refused.Add(1)
				Refuse(w, i.Status, i.Code, fmt.Sprintf(i.Message, tag))
				return
			}
		}
		inner.ServeHTTP(w, r)
	})
}
