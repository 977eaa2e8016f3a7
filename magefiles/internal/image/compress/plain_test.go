package compress

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"testing"
	"testing/iotest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// What each compression makes is read again, and named by its own bytes.
func TestWhatIsCompressedIsReadAgain(t *testing.T) {
	for _, content := range [][]byte{sourcetest.Layer(t, 3<<20), sourcetest.EmptyLayer} {
		sum, _, err := v1.SHA256(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		write := func(_ context.Context, w io.Writer) error { _, err := w.Write(content); return err }
		for _, compression := range []Compression{Gzip, Zstd} {
			layer := compression.Layer(t.Context(), sum, write, new(atomic.Int64), new(atomic.Int64))
			packed, err := layer.Compressed()
			if err != nil {
				t.Fatal(err)
			}
			plain, mediaType, err := Plain(iotest.OneByteReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(plain); err != nil || !bytes.Equal(got, content) || mediaType != compression.mediaType() {
				t.Errorf("%s: %d bytes of %d, %s, %v", compression, len(got), len(content), mediaType, err)
			}
			if err := plain.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestWhatIsNotCompressedIsReadAsItIs(t *testing.T) {
	for _, content := range []string{"a", "\x1f", "no archive"} {
		plain, mediaType, err := Plain(bytes.NewReader([]byte(content)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(plain); err != nil || string(got) != content || mediaType != types.DockerUncompressedLayer {
			t.Errorf("%q: %q, %s, %v", content, got, mediaType, err)
		}
	}
	if _, _, err := Plain(bytes.NewReader(nil)); err == nil {
		t.Error("nothing is a layer")
	}
}
