package hubimage

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// keep puts an image of one layer in the place of a JupyterHub's.
func keep(t *testing.T) (Image, v1.Image) {
	t.Helper()
	kept := Image{Cache: t.TempDir()}
	if err := os.MkdirAll(filepath.Dir(kept.Kept()), 0o700); err != nil {
		t.Fatal(err)
	}
	image, err := random.Image(4096, 1)
	if err != nil {
		t.Fatal(err)
	}
	index, err := layout.Write(kept.Kept(), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := index.AppendImage(image); err != nil {
		t.Fatal(err)
	}
	return kept, image
}

// The layer of a JupyterHub has 216 MB: each sandbox's registry has the file of the cache.
func TestLayersAreLinkedAndNotSent(t *testing.T) {
	kept, _ := keep(t)
	blobs, uploads := t.TempDir(), 0
	inner := registry.New(registry.WithBlobHandler(registry.NewDiskBlobHandler(blobs)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			uploads++
		}
		inner.ServeHTTP(w, r)
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	for range 2 { // which finds it there
		if err := kept.Push(t.Context(), address, blobs); err != nil {
			t.Fatal(err)
		}
	}
	if uploads != 1 { // of the configuration
		t.Errorf("%d uploads", uploads)
	}
	if err := os.RemoveAll(blobs); err != nil { // as the end of a sandbox does
		t.Fatal(err)
	}
	index, err := layout.ImageIndexFromPath(kept.Kept())
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Error(err)
	}
}

func TestLayersAreSentToWhereTheyCannotBeLinked(t *testing.T) {
	kept, image := keep(t)
	server := httptest.NewServer(registry.New())
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	if err := kept.Push(t.Context(), address, t.TempDir()); err != nil { // which this registry does not read
		t.Fatal(err)
	}
	reference, err := name.ParseReference(Name(address), name.Insecure)
	if err != nil {
		t.Fatal(err)
	}
	pulled, err := remote.Image(reference, remote.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := image.Digest()
	if got, err := pulled.Digest(); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	if err := validate.Image(pulled); err != nil {
		t.Error(err)
	}
}
