package image

import (
	"os"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// What containerd has goes to the registry as it is: the digest is the same.
func TestContainerdsImagesArePushedAsTheyAre(t *testing.T) {
	for name, add := range map[string]mutate.Appendable{"an image": randomImage(t, 3), "an index": attested(t)} {
		t.Run(name, func(t *testing.T) {
			root, id := contained(t, add)
			image, err := ContentOpener(OwnFiles{}, root, id).Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(image.About().DiffIDs) != 3 {
				t.Errorf("%d layers", len(image.About().DiffIDs))
			}
			p := newPushing(t, newStrict())
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
