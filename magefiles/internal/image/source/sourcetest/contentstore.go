package sourcetest

import (
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/static"
)

// Random is an image of random layers.
func Random(t testing.TB, layers int64) v1.Image {
	t.Helper()
	image, err := random.Image(100_000, layers)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// Index is an index of an image for two platforms, and of what is attested of one.
func Index(t testing.TB) v1.ImageIndex {
	t.Helper()
	statement, err := mutate.AppendLayers(empty.Image, static.NewLayer([]byte(`{"predicate":{}}`), "application/vnd.in-toto+json"))
	if err != nil {
		t.Fatal(err)
	}
	on := func(os, architecture string) v1.Descriptor {
		return v1.Descriptor{Platform: &v1.Platform{OS: os, Architecture: architecture}}
	}
	return mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: Random(t, 2), Descriptor: on("linux", "amd64")},
		mutate.IndexAddendum{Add: Random(t, 1), Descriptor: on("linux", "arm64")},
		mutate.IndexAddendum{Add: statement, Descriptor: on("unknown", "unknown")},
	)
}

// ContentStore writes an image or an index as containerd has it, and returns the directory of the engine, and the image's ID.
func ContentStore(t testing.TB, add mutate.Appendable) (root, id string) {
	t.Helper()
	root = t.TempDir()
	store := filepath.Join(root, "containerd", "daemon", "io.containerd.content.v1.content")
	if _, err := layout.Write(store, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: add})); err != nil {
		t.Fatal(err)
	}
	digest, err := add.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return root, digest.String()
}
