package push

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

func TestUploadGoesOnWhereItBrokeOff(t *testing.T) {
	const size, each = 3 << 20, 1 << 20
	compressed, err := random.Image(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]source.Image{
		"compressed while it is sent": sourcetest.New(t, sourcetest.Layer(t, size)),
		"compressed before":           newCompressed(t, compressed),
	} {
		t.Run(name, func(t *testing.T) {
			keeps := registrytest.NewResumable(registrytest.NewStrict(), 2, each)
			p := newPushing(t, keeps)
			pushed, err := p.pusher(image).Push(t.Context(), "a", "t1", RefuseExisting)
			if err != nil {
				t.Fatal(err)
			}
			p.check(t, "a", "t1")
			if whole := size + size/10; keeps.Received > whole || pushed.Sent > int64(whole) {
				t.Errorf("the registry got %d bytes, %d are said to be sent, of a layer of %d", keeps.Received, pushed.Sent, size)
			}
		})
	}
}

func TestRegistryThatKeepsHangingUpIsGivenUp(t *testing.T) {
	p := newPushing(t, registrytest.NewResumable(registrytest.NewStrict(), 1<<10, 1<<10))
	_, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<20)))
	if err == nil {
		t.Fatal("pushed")
	}
	p.missing(t)
}
