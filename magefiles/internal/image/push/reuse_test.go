package push

import (
	"bytes"
	"io"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// pushBase pushes an image to another registry, and returns its name and digest.
func pushBase(t *testing.T, p *pushing, image *sourcetest.Memory) content.Base {
	t.Helper()
	pushed, err := p.push(t, "base", "t1", image)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := p.registry.Reference("base", "t1")
	if err != nil {
		t.Fatal(err)
	}
	return content.Base{Name: ref.String(), Digest: pushed.Digest}
}

func TestLayersOfTheBaseAreTakenAsTheyStand(t *testing.T) {
	below, above := sourcetest.Layer(t, 100_000), sourcetest.Layer(t, 500)
	elsewhere := newPushing(t, registrytest.New())
	base := pushBase(t, elsewhere, sourcetest.New(t, below))
	image := sourcetest.New(t, below, above)
	image.Label(t, base.Name, base.Digest)

	p := newPushing(t, registrytest.New())
	pushed, err := p.push(t, "hub", "t1", image)
	if err != nil {
		t.Fatal(err)
	}
	p.check(t, "hub", "t1")
	if image.Read.Load() != 1 {
		t.Errorf("%d layers were read and compressed, want the one of its own", image.Read.Load())
	}
	if pushed.Sent < 100_000 {
		t.Errorf("%d bytes sent: what comes from another registry passes through here", pushed.Sent)
	}
	if first(t, elsewhere, "base") != first(t, p, "hub") {
		t.Error("the base's layer has another digest in the hub's image")
	}
}

func TestBaseThatIsGoneIsNoObstacle(t *testing.T) {
	image := sourcetest.New(t, sourcetest.Layer(t, 1000))
	image.Label(t, "127.0.0.1:1/gone:1", "")
	p := newPushing(t, registrytest.New())
	if _, err := p.push(t, "hub", "t1", image); err != nil {
		t.Fatal(err)
	}
	p.check(t, "hub", "t1")
}

func TestZstandardMakesAManifestThatKnowsIt(t *testing.T) {
	p := newPushing(t, registrytest.New())
	image := sourcetest.New(t, sourcetest.Layer(t, 1000))
	if _, err := p.push(t, "hub", "t1", image); err != nil {
		t.Fatal(err)
	}
	more := sourcetest.New(t, image.Layers[0], sourcetest.Layer(t, 2000))
	pusher := p.pusher(more)
	pusher.Pass = passFor("hub")
	pusher.Compression = compress.Zstd
	if _, err := pusher.Push(t.Context(), "hub", "t2", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	manifest := manifestOf(t, p, "hub", "t2")
	if manifest.MediaType != types.OCIManifestSchema1 || manifest.Config.MediaType != types.OCIConfigJSON {
		t.Errorf("manifest %s, configuration %s", manifest.MediaType, manifest.Config.MediaType)
	}
	if old, added := manifest.Layers[0].MediaType, manifest.Layers[1].MediaType; old != types.OCILayer || added != types.OCILayerZStd {
		t.Errorf("layers %s and %s", old, added)
	}
	ref, err := p.registry.Reference("hub", "t2")
	if err != nil {
		t.Fatal(err)
	}
	layer, err := remote.Layer(ref.Context().Digest(manifest.Layers[1].Digest.String()))
	if err != nil {
		t.Fatal(err)
	}
	content, err := layer.Compressed()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := zstd.NewReader(content)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(plain); err != nil || !bytes.Equal(got, more.Layers[1]) {
		t.Errorf("the layer is not what was pushed: %v", err)
	}
}

func manifestOf(t *testing.T, p *pushing, hub, tag string) *v1.Manifest {
	t.Helper()
	ref, err := p.registry.Reference(hub, tag)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(name.Reference(ref))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	return manifest
}

func first(t *testing.T, p *pushing, hub string) v1.Hash {
	t.Helper()
	return manifestOf(t, p, hub, "t1").Layers[0].Digest
}
