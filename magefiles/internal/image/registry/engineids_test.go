package registry

import (
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/registry/registrytest"
)

// An engine keeps an image by its digest or by that of its configuration, which differ between images of the same name.
func TestAnEngineIsAskedForAnImageByWhatItHolds(t *testing.T) {
	r := Registry{Host: registrytest.Listen(t, registrytest.New()), Template: "team/user-{hub}"}
	ref, err := name.ParseReference(r.Repository("a") + ":t1")
	if err != nil {
		t.Fatal(err)
	}
	var images []v1.Image
	var want []string // of each image: its digest and its configuration's
	for range 2 {
		image, err := random.Image(10, 1)
		if err != nil {
			t.Fatal(err)
		}
		digest, _ := image.Digest()
		configuration, _ := image.ConfigName()
		images, want = append(images, image), append(want, digest.String(), configuration.String())
	}
	if err := remote.Write(ref, images[0]); err != nil {
		t.Fatal(err)
	}
	if got, err := r.EngineIDs(t.Context(), "a", want[0]); err != nil || !slices.Equal(got, want[:2]) {
		t.Errorf("of an image: %q, %v, want %q", got, err, want[:2])
	}
	linux := func(architecture string) v1.Descriptor {
		return v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}}
	}
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: images[0], Descriptor: linux("amd64")}, mutate.IndexAddendum{Add: images[1], Descriptor: linux("arm64")})
	if err := remote.WriteIndex(ref, index); err != nil {
		t.Fatal(err)
	}
	digest, _ := index.Digest()
	got, err := r.EngineIDs(t.Context(), "a", digest.String())
	for _, id := range append(want, digest.String()) {
		if err != nil || len(got) != 5 || !slices.Contains(got, id) {
			t.Errorf("of an index: %q, %v, want %s", got, err, id)
		}
	}
	if _, err := r.EngineIDs(t.Context(), "a", "sha256:"+want[0][len("sha256:"):len(want[0])-4]+"0000"); err == nil {
		t.Error("of one that is not there: no error")
	}
}
