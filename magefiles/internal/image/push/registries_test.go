package push

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// impatient does not wait for a silent registry as long as people do.
func impatient(_ *testing.T, p *pushing, _ *sourcetest.Memory) { p.silence = registrytest.Impatience }

// remembered makes the pusher believe that the registry has a layer of the size that lying gives.
func remembered(t *testing.T, p *pushing, image *sourcetest.Memory) {
	known, err := source.AboutOf(image.Raw)
	if err != nil {
		t.Fatal(err)
	}
	blob := Blob{Digest: v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("1", 64)}, Size: 12345, MediaType: types.DockerLayer}
	p.blobs.Remember(known.DiffIDs[0], blob, p.registry.Repository("a"))
}

// indexAt puts an index where a tag is looked for.
func indexAt(tag string) func(*testing.T, *pushing, *sourcetest.Memory) {
	return func(t *testing.T, p *pushing, _ *sourcetest.Memory) {
		ref, err := p.registry.Reference("a", tag)
		if err != nil {
			t.Fatal(err)
		}
		index, err := random.Index(100, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.WriteIndex(ref, index); err != nil {
			t.Fatal(err)
		}
	}
}

// otherImage pushes another image to the tag.
func otherImage(t *testing.T, p *pushing, _ *sourcetest.Memory) {
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<10))); err != nil {
		t.Fatal(err)
	}
}

// inAnotherRepository pushes the image for another hub first.
func inAnotherRepository(t *testing.T, p *pushing, image *sourcetest.Memory) {
	if _, err := p.push(t, "b", "t1", image); err != nil {
		t.Fatal(err)
	}
}
