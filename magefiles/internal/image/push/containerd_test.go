package push

import (
	"os"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/containerd"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/image/source/tarsplit"
)

// What containerd has goes to the registry as it is: the digest is the same.
func TestContainerdsImagesArePushedAsTheyAre(t *testing.T) {
	for name, add := range map[string]mutate.Appendable{"an image": sourcetest.Random(t, 3), "an index": sourcetest.Index(t)} {
		t.Run(name, func(t *testing.T) {
			root, id := sourcetest.ContentStore(t, add)
			image, err := containerd.Opener(tarsplit.OwnFiles{}, root, id).Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(image.About().DiffIDs) != 3 {
				t.Errorf("%d layers", len(image.About().DiffIDs))
			}
			p := newPushing(t, registrytest.NewStrict())
			pushed, err := p.pusher(image).Push(t.Context(), "a", "t1", RefuseExisting)
			if err != nil {
				t.Fatal(err)
			}
			if pushed.Digest != id || pushed.Size == 0 {
				t.Errorf("pushed %s of %d B, the engine has %s", pushed.Digest, pushed.Size, id)
			}
			if _, err := os.Stat(root); err != nil {
				t.Errorf("the engine's store is gone: %v", err)
			}
		})
	}
}
