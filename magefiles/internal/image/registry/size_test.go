package registry

import (
	"net/http"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestTheSizeOfAnImageIsThatOfItsLayers(t *testing.T) {
	r := serve(t, registry.New())
	written(t, r, "t1")
	ref, err := r.Reference("a", "t1")
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Size(t.Context(), "a", "t1"); err != nil || got != manifest.Layers[0].Size || got == 0 {
		t.Errorf("got %d, %v", got, err)
	}
	if got, err := r.Size(t.Context(), "a", "t2"); err != nil || got != 0 {
		t.Errorf("an image that is not there: %d, %v", got, err)
	}
	refuse := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	if got, err := refuse.Size(t.Context(), "a", "t1"); err == nil || got != 0 {
		t.Errorf("a registry that refuses: %d, %v", got, err)
	}
}
