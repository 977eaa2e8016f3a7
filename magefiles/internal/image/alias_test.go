package image

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// engineLayer is a layer as an engine compresses it: to other bytes than we do.
func engineLayer(t *testing.T, content []byte) v1.Layer {
	t.Helper()
	opener := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	layer, err := tarball.LayerFromOpener(opener, tarball.WithCompressionLevel(gzip.BestSpeed))
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

// The registry has a layer as we compressed it. An engine that is known to have made other bytes of the same layer need
// not hand them over; of one that is not, they are taken, and the registry's are used all the same.
func TestEngineNeedNotHandOverWhatTheRegistryHasInOtherBytes(t *testing.T) {
	base, own := newLayer(t, 1<<20), newLayer(t, 1<<10)
	engines := engineLayer(t, base)
	made, err := engines.Digest()
	if err != nil {
		t.Fatal(err)
	}
	for engine, handedOver := range map[string]bool{"known": false, "stranger": true} {
		t.Run(engine, func(t *testing.T) {
			p := newPushing(t, newStrict())
			first := newImage(t, base)
			if _, err := p.push(t, "a", "t1", first); err != nil {
				t.Fatal(err)
			}
			diffID := first.about().diffIDs[0]
			ours, found := p.blobs.Find(diffID)
			if !found || ours.Digest == made {
				t.Fatalf("the same bytes: %+v", ours)
			}
			p.blobs.RememberEngine(diffID, "known", made)

			image, err := mutate.AppendLayers(empty.Image, engines, engineLayer(t, own))
			if err != nil {
				t.Fatal(err)
			}
			written, handed := handOverTo(t, p, engine, image)
			if handed != handedOver {
				t.Errorf("handed over: %t", handed)
			}
			ref, err := p.registry.Reference("a", "t2")
			if err != nil {
				t.Fatal(err)
			}
			if size, sent := heldBy(ref, made); sent {
				t.Errorf("%d bytes were sent that the registry has in another form", size)
			}
			if len(written.layers) != 2 || written.layers[0].Digest != ours.Digest {
				t.Errorf("layers %+v, want %s first", written.layers, ours.Digest)
			}
			p.check(t, "a", "t2")
		})
	}
}

// handOverTo has an engine push the image, as hub a's t2, and returns what became of it, and whether it handed over its
// first layer.
func handOverTo(t *testing.T, p *pushing, engine string, image v1.Image) (written *manifest, handedOver bool) {
	t.Helper()
	configuration, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	ref, err := p.registry.Reference("a", "t2")
	if err != nil {
		t.Fatal(err)
	}
	distant := &distantImage{engine: engine, hub: "a", inspected: inspected{DiffIDs: configuration.RootFS.DiffIDs}}
	transfer, err := p.pusher(nil).newTransfer(t.Context(), "a", ref, distant)
	if err != nil {
		t.Fatal(err)
	}
	found := transfer.find(t.Context())
	if !slices.Equal(found.there(), transfer.expected()) || !slices.Equal(found.there(), []bool{true, false}) {
		t.Fatalf("there: %t, expected: %t", found.there(), transfer.expected())
	}
	hand, err := newHandover(t.TempDir(), transfer.known(t.Context(), distant, found))
	if err != nil {
		t.Fatal(err)
	}
	compress := make([]bool, len(transfer.diffIDs))
	for i := range compress {
		_, compressed := p.blobs.OfEngine(transfer.diffIDs[i], engine)
		compress[i] = !compressed
	}
	hand.sendOn = transfer.sendOn(t.Context(), found.there(), compress)
	name := handingOverTo(t, hand)
	if err := remote.Write(name, image); err != nil {
		t.Fatal(err)
	}
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	if written, err = transfer.handedOver(t.Context(), hand, distant, found); err == nil {
		err = transfer.publish(t.Context(), written, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	return written, hand.arrived(digest) != nil
}

// heldBy asks a repository for a blob.
func heldBy(ref name.Tag, digest v1.Hash) (size int64, held bool) {
	layer, err := remote.Layer(ref.Context().Digest(digest.String()))
	if err != nil {
		return 0, false
	}
	size, err = layer.Size()
	return size, err == nil
}
