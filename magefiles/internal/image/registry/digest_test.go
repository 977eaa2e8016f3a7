package registry

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/registry/registrytest"
)

func TestRegistryRefusals(t *testing.T) {
	refuse := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	_, err := refuse.Digest(t.Context(), "a", "t1")
	if err == nil || !strings.Contains(err.Error(), "check REGISTRY_USERNAME") || exit.Code(err) != exit.Setup {
		t.Errorf("forbidden: %v", err)
	}
	gone := Registry{Host: "127.0.0.1:1", Template: "{hub}"}
	if err := gone.Check(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "does not answer") || exit.Code(err) != exit.Setup {
		t.Errorf("gone: %v", err)
	}
}

func serve(t testing.TB, handler http.Handler) Registry {
	t.Helper()
	return Registry{Host: registrytest.Listen(t, handler), Template: "team/user-{hub}"}
}

// written writes an image to hub a, and returns its digest.
func written(t *testing.T, r Registry, tag string) (digest string) {
	t.Helper()
	ref, err := r.Reference("a", tag)
	if err != nil {
		t.Fatal(err)
	}
	image, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, image); err != nil {
		t.Fatal(err)
	}
	hash, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return hash.String()
}
