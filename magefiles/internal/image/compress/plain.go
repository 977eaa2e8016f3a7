package compress

import (
	"bufio"
	"bytes"
	"io"

	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Head is how many of a layer's first bytes tell how it is compressed.
const Head = 4

// largestWindow is the most memory, in bytes, that a layer in Zstandard may ask for: what zstd --ultra asks for, and no engine refuses.
const largestWindow = 128 << 20

// TypeOf returns the media type of a layer that begins so: what a registry says of it is not asked.
func TypeOf(head []byte) types.MediaType {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return Gzip.mediaType()
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return Zstd.mediaType()
	}
	return types.DockerUncompressedLayer
}

// Plain reads a layer as it was before compression, and returns its media type.
func Plain(packed io.Reader) (plain io.ReadCloser, mediaType types.MediaType, err error) {
	buffered := bufio.NewReaderSize(packed, pieces)
	head, err := buffered.Peek(Head)
	if err != nil && len(head) == 0 {
		return nil, "", err
	}
	mediaType = TypeOf(head)
	switch mediaType {
	case Gzip.mediaType():
		plain, err = gzip.NewReader(buffered)
	case Zstd.mediaType():
		var decoder *zstd.Decoder
		if decoder, err = zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(largestWindow)); err == nil {
			plain = decoder.IOReadCloser()
		}
	default:
		plain, err = io.NopCloser(buffered), nil
	}
	return plain, mediaType, err
}
