package push

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// said is what an image in a registry says: which blob is which layer. Whoever may write to the registry changes it.
type said struct {
	t       *testing.T
	at      name.Repository
	tag     name.Tag
	blobs   []Blob
	diffIDs []v1.Hash
	layers  [][]byte // as they are
	raw     []byte   // a manifest in the place of one that says all that
}

// put brings a blob to the repository.
func (s *said) put(content []byte) Blob {
	s.t.Helper()
	layer := static.NewLayer(content, types.DockerLayer)
	if err := remote.WriteLayer(s.at, layer); err != nil {
		s.t.Fatal(err)
	}
	blob, err := blobOf(layer)
	if err != nil {
		s.t.Fatal(err)
	}
	return blob
}

// lastSays is what the hub's last image says, on a machine that does not remember it.
func lastSays(t *testing.T, p *pushing, image *sourcetest.Memory) *said {
	t.Helper()
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, image.Layers[:2]...)); err != nil {
		t.Fatal(err)
	}
	p.blobs = OpenBlobs(filepath.Join(t.TempDir(), "none.json"))
	return p.said(t, "a", registry.CacheTag)
}

// baseSays is what the image says that the pushed one is built on.
func baseSays(t *testing.T, p *pushing, image *sourcetest.Memory) *said {
	t.Helper()
	base := pushBase(t, p, sourcetest.New(t, image.Layers[:2]...))
	image.Label(t, base.Name, "")
	p.blobs = OpenBlobs(filepath.Join(t.TempDir(), "none.json"))
	return p.said(t, "base", "t1")
}

func otherBaseSays(t *testing.T, _ *pushing, image *sourcetest.Memory) *said {
	t.Helper()
	return baseSays(t, newPushing(t, registrytest.New()), image)
}

// pulledSays is what the hub's last image says, whose layers the engine has pulled before.
func pulledSays(t *testing.T, p *pushing, image *sourcetest.Memory) *said {
	t.Helper()
	s := lastSays(t, p, image)
	image.Pulled = map[v1.Hash]v1.Hash{}
	for i, blob := range s.blobs {
		image.Pulled[s.diffIDs[i]] = blob.Digest
	}
	return s
}

// said reads what an image says.
func (p *pushing) said(t *testing.T, hub, tag string) *said {
	t.Helper()
	ref, err := p.registry.Reference(hub, tag)
	if err != nil {
		t.Fatal(err)
	}
	s := &said{t: t, at: ref.Context()}
	image, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	configuration, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range manifest.Layers {
		s.blobs = append(s.blobs, Blob{Digest: layer.Digest, Size: layer.Size, MediaType: layer.MediaType})
	}
	s.diffIDs = configuration.RootFS.DiffIDs
	s.tag = ref
	return s
}

// say puts what was changed in the place of what was there.
func (s *said) say() {
	s.t.Helper()
	configuration, err := json.Marshal(v1.ConfigFile{Architecture: "amd64", OS: "linux", RootFS: v1.RootFS{Type: "layers", DiffIDs: s.diffIDs}})
	if err != nil {
		s.t.Fatal(err)
	}
	changed, err := newManifest(configuration, s.blobs)
	if err != nil {
		s.t.Fatal(err)
	}
	s.put(configuration)
	if s.raw != nil {
		changed.raw = s.raw
	}
	if err := remote.Put(s.tag, changed); err != nil {
		s.t.Fatal(err)
	}
}
