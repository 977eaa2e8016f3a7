package push

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/zstd"

	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/ui"
)

func gzipped(content []byte) []byte {
	packed := new(bytes.Buffer)
	writer := gzip.NewWriter(packed)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return packed.Bytes()
}

func zstandard(content []byte) []byte {
	writer, _ := zstd.NewWriter(nil)
	return writer.EncodeAll(content, nil)
}

func unpacked(packed []byte) ([]byte, error) {
	if reader, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
		return io.ReadAll(reader)
	}
	reader, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return reader.DecodeAll(packed, nil)
}

// lies are what can be said. Of each the push is to make the image that was built; found out are those that say what is not so.
var lies = map[string]struct {
	change   func(s *said)
	foundOut bool // a blob that is there is not the layer
	read     int  // layers that the push has to read and to compress, one of which is new; of what is found out, as many as are left by then
}{
	"nothing is changed":         {func(*said) {}, false, 1},
	"another layer's blob":       {func(s *said) { s.blobs[0] = s.put(gzipped([]byte("other"))) }, true, 0},
	"layers in another order":    {func(s *said) { s.diffIDs[0], s.diffIDs[1] = s.diffIDs[1], s.diffIDs[0] }, true, 0},
	"one blob for both layers":   {func(s *said) { s.blobs[1] = s.blobs[0] }, true, 0},
	"a blob that is nothing":     {func(s *said) { s.blobs[0] = s.put([]byte("no archive")) }, true, 0},
	"a blob that is empty":       {func(s *said) { s.blobs[0] = s.put(nil) }, true, 0},
	"a blob that breaks off":     {func(s *said) { whole := gzipped(s.layers[0]); s.blobs[0] = s.put(whole[:len(whole)-9]) }, true, 0},
	"a blob with more behind":    {func(s *said) { s.blobs[0] = s.put(append(gzipped(s.layers[0]), "more"...)) }, true, 0},
	"two archives in one":        {func(s *said) { s.blobs[0] = s.put(append(gzipped(s.layers[0]), gzipped([]byte("more"))...)) }, true, 0},
	"a blob that grows":          {func(s *said) { s.blobs[0] = s.put(gzipped(make([]byte, smallLayer+1<<20))) }, false, 2},
	"a blob that is not there":   {func(s *said) { s.blobs[0].Digest = aHash("a") }, false, 2},
	"another media type":         {func(s *said) { s.blobs[0].MediaType = "text/html" }, false, 1},
	"Zstandard, which it is not": {func(s *said) { s.blobs[0].MediaType = types.OCILayerZStd }, false, 1},
	"another size":               {func(s *said) { s.blobs[0].Size++ }, false, 1},
	"no size":                    {func(s *said) { s.blobs[0].Size = 0 }, false, 1},
	"a huge size":                {func(s *said) { s.blobs[0].Size = 1 << 62 }, false, 1},
	"a layer not compressed":     {func(s *said) { s.blobs[0] = s.put(s.layers[0]) }, false, 2},
	"a layer in Zstandard":       {func(s *said) { s.blobs[0] = s.put(zstandard(s.layers[0])) }, false, 1},
	"more layers than blobs":     {func(s *said) { s.diffIDs = append(s.diffIDs, aHash("a")) }, false, 3},
	"fewer layers than blobs":    {func(s *said) { s.diffIDs = s.diffIDs[:1] }, false, 3},
	"no layers at all":           {func(s *said) { s.diffIDs, s.blobs = nil, nil }, false, 3},
	"half a manifest":            {func(s *said) { s.raw = []byte(`{"schemaVersion":2,"layers":[{"digest":"sha256:12"}]}`) }, false, 3},
	"a manifest of nothing":      {func(s *said) { s.raw = []byte("{}") }, false, 3},
}

// TestNothingThatARegistrySaysChangesAnImage tells each lie in the hub's last image, in the base, and in a base of another registry.
func TestNothingThatARegistrySaysChangesAnImage(t *testing.T) {
	for place, said := range map[string]func(t *testing.T, p *pushing, image *sourcetest.Memory) *said{
		"the last image": lastSays, "the base": baseSays, "a base elsewhere": otherBaseSays, "the last image, which was pulled": pulledSays,
	} {
		for what, lie := range lies {
			t.Run(place+": "+what, func(t *testing.T) {
				t.Parallel()
				layers := [][]byte{sourcetest.Layer(t, 200_000), sourcetest.Layer(t, 100_000)}
				image := sourcetest.New(t, append(layers, sourcetest.Layer(t, 1000))...)
				p := newPushing(t, registrytest.New())
				s := said(t, p, image)
				s.layers = layers
				lie.change(s)
				s.say()
				told := new(bytes.Buffer)
				pusher := p.pusher(image)
				pusher.Console = ui.New(io.Discard, told, false)
				if _, err := pusher.Push(t.Context(), "a", "t2", RefuseExisting); err != nil {
					t.Fatal(err)
				}
				p.checkIs(t, "a", "t2", image)
				if read := int(image.Read.Load()); read < 2 && lie.foundOut || read != lie.read && !lie.foundOut {
					t.Errorf("%d layers were read, want %d", read, lie.read)
				}
				if found := strings.Contains(told.String(), "and it is not: "); found != lie.foundOut {
					t.Errorf("found out: %v, want %v\n%s", found, lie.foundOut, told)
				}
				if !lie.foundOut {
					return
				}
				if want := s.tag.String() + " says that layer sha256:"; strings.Count(told.String(), want) != 1 {
					t.Errorf("it does not say once who said it\n%s", told)
				}
			})
		}
	}
}

// checkIs makes sure that the registry has the image that was built, as engines pull it: its own configuration, every blob the layer that the
// configuration says, with its size and by its media type.
func (p *pushing) checkIs(t *testing.T, hub, tag string, built *sourcetest.Memory) {
	t.Helper()
	ref, err := p.registry.Reference(hub, tag)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := image.RawConfigFile(); err != nil || !bytes.Equal(raw, built.Raw) {
		t.Errorf("the configuration is %s, %v", raw, err)
	}
	layers := manifestOf(t, p, hub, tag).Layers
	if len(layers) != len(built.Layers) {
		t.Fatalf("%d layers", len(layers))
	}
	for i, layer := range layers {
		blob, err := remote.Layer(ref.Context().Digest(layer.Digest.String()))
		if err != nil {
			t.Fatal(err)
		}
		content, err := blob.Compressed()
		if err != nil {
			t.Fatal(err)
		}
		packed, err := io.ReadAll(content)
		if err != nil || int64(len(packed)) != layer.Size {
			t.Errorf("layer %d has %d bytes, its size is %d: %v", i, len(packed), layer.Size, err)
		}
		if plain, err := unpacked(packed); err != nil || !bytes.Equal(plain, built.Layers[i]) {
			t.Errorf("layer %d holds something else: %v", i, err)
		}
		mediaType := compress.TypeOf(packed)
		if is := layer.MediaType; is != mediaType && is != compress.OCITypes[mediaType] {
			t.Errorf("layer %d is %s, not %s", i, is, mediaType)
		}
	}
}
