package push

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

func TestTwoPushesOfTheSameImageAtOnce(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	image := sourcetest.New(t, sourcetest.Layer(t, 1<<20), sourcetest.Layer(t, 1<<10))
	var digests [2]string
	var failures [2]error
	var group sync.WaitGroup
	for i := range digests {
		group.Go(func() {
			pushed, err := p.pusher(image).Push(context.Background(), "a", "t1", RefuseExisting)
			digests[i], failures[i] = pushed.Digest, err
		})
	}
	group.Wait()
	if err := errors.Join(failures[:]...); err != nil || digests[0] != digests[1] {
		t.Errorf("%q, %v", digests, err)
	}
	p.check(t, "a", "t1")
}

func TestTwoPushesOfOtherContentAtOnceLeaveOneOfThem(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	var group sync.WaitGroup
	var failures [4]error
	for i := range failures {
		image := sourcetest.New(t, sourcetest.Layer(t, 1<<16))
		group.Go(func() { _, failures[i] = p.pusher(image).Push(context.Background(), "a", "t1", RefuseExisting) })
	}
	group.Wait()
	for _, err := range failures {
		if err != nil && !strings.Contains(err.Error(), "with other content") && !strings.Contains(err.Error(), "the registry holds") {
			t.Errorf("got %v", err)
		}
	}
	p.check(t, "a", "t1")
}

func TestLayersOfEveryShape(t *testing.T) {
	for name, layers := range map[string][][]byte{
		"an empty layer":           {sourcetest.Layer(t, 100), sourcetest.EmptyLayer, sourcetest.Layer(t, 100)},
		"nothing but empty layers": {sourcetest.EmptyLayer, sourcetest.EmptyLayer},
		"the same layer twice":     {sourcetest.ManyFiles(t, 10), sourcetest.ManyFiles(t, 10)},
		"no layer at all":          {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPushing(t, registrytest.NewStrict())
			if _, err := p.push(t, "a", "t1", sourcetest.New(t, layers...)); err != nil {
				t.Fatal(err)
			}
			p.check(t, "a", "t1")
		})
	}
}

// manyLayers are as many as an engine lets an image have.
func manyLayers(t *testing.T) [][]byte {
	t.Helper()
	layers := [][]byte{sourcetest.EmptyLayer}
	for len(layers) < 127 {
		layers = append(layers, sourcetest.Layer(t, 100))
	}
	return layers
}

// compressedImage is an image in memory whose layers are compressed.
type compressedImage struct{ *source.Manifests }

func (compressedImage) Close() error { return nil }

func newCompressed(t *testing.T, image v1.Image) compressedImage {
	t.Helper()
	manifests, err := source.ReadImage(image)
	if err != nil {
		t.Fatal(err)
	}
	return compressedImage{manifests}
}

// foreignLayer lies where its URLs say, and nowhere else.
type foreignLayer struct{ v1.Layer }

func (foreignLayer) MediaType() (types.MediaType, error) { return types.DockerForeignLayer, nil }

func (foreignLayer) Compressed() (io.ReadCloser, error) { return nil, errors.New("it is not here") }

func TestForeignLayerIsNamedAndNotSent(t *testing.T) {
	base, err := random.Image(1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := random.Layer(1000, types.DockerForeignLayer)
	if err != nil {
		t.Fatal(err)
	}
	image, err := mutate.Append(base, mutate.Addendum{Layer: foreignLayer{elsewhere}, URLs: []string{"https://elsewhere.example/layer"}, MediaType: types.DockerForeignLayer})
	if err != nil {
		t.Fatal(err)
	}
	p := newPushing(t, registrytest.NewStrict())
	if _, err := p.pusher(newCompressed(t, image)).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	ref, err := p.registry.Reference("a", "t1")
	if err != nil {
		t.Fatal(err)
	}
	pushed, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := pushed.Manifest()
	if err != nil || len(manifest.Layers) != 2 || len(manifest.Layers[1].URLs) != 1 {
		t.Errorf("%+v, %v", manifest, err)
	}
}
