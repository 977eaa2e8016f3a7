package image

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
)

func TestUploadGoesOnWhereItBrokeOff(t *testing.T) {
	const size, each = 3 << 20, 1 << 20
	compressed, err := random.Image(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]Image{
		"compressed while it is sent": newImage(t, newLayer(t, size)),
		"compressed before":           newCompressed(t, compressed),
	} {
		t.Run(name, func(t *testing.T) {
			keeps := newResumable(newStrict(), 2, each)
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
	p := newPushing(t, newResumable(newStrict(), 1<<10, 1<<10))
	_, err := p.push(t, "a", "t1", newImage(t, newLayer(t, 1<<20)))
	if err == nil {
		t.Fatal("pushed")
	}
	p.missing(t)
}
