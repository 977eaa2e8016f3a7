package compress

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/stream"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/source"
)

// layer is a layer that is compressed while it is sent.
type layer struct {
	ctx   context.Context                              //nolint:containedctx // v1.Layer's methods have no room for one
	write func(ctx context.Context, w io.Writer) error // writes it as it was before any compression

	compression Compression
	diffID      v1.Hash       // what it must be
	read        *atomic.Int64 // counts the bytes that were read, uncompressed, since Compressed was called last
	sent        *atomic.Int64 // counts the bytes that were sent, compressed, since then

	mu     sync.Mutex
	digest v1.Hash // zero until it is computed
	size   int64
}

// pieces is the size of buffers, in bytes: a layer comes in many small pieces, the headers of its files.
const pieces = 256 << 10

// Compressed compresses the layer again at each call, which makes a retry possible.
func (l *layer) Compressed() (io.ReadCloser, error) {
	l.read.Store(0)
	l.sent.Store(0)
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(l.compress(writer)) }()
	return reader, nil
}

func (l *layer) compress(w io.Writer) error {
	digest, plain := sha256.New(), sha256.New()
	size := new(atomic.Int64)
	packed := bufio.NewWriterSize(io.MultiWriter(w, digest, Counter{size}, Counter{l.sent}), pieces)
	compressor, err := l.compression.writer(packed)
	if err != nil {
		return err
	}
	content := bufio.NewWriterSize(io.MultiWriter(compressor, plain, Counter{l.read}), pieces)
	if err := l.write(l.ctx, content); err != nil {
		abandon(compressor)
		return &source.ReadError{Err: fmt.Errorf("reading it from the engine: %w", err)}
	}
	for _, flush := range []func() error{content.Flush, compressor.Close, packed.Flush} {
		if err := flush(); err != nil {
			abandon(compressor)
			return err
		}
	}
	if sum := source.HashOf(plain); sum != l.diffID {
		return &source.ReadError{Err: fmt.Errorf("reading it from the engine: it is %s, the image says %s", sum, l.diffID)}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.digest, l.size = source.HashOf(digest), size.Load()
	return nil
}

// Digest is stream.ErrNotComputed before the layer was sent; then go-containerregistry streams it.
func (l *layer) Digest() (v1.Hash, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.digest == (v1.Hash{}) {
		return v1.Hash{}, stream.ErrNotComputed
	}
	return l.digest, nil
}

// Size is in bytes, compressed; stream.ErrNotComputed before the layer was sent.
func (l *layer) Size() (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.digest == (v1.Hash{}) {
		return 0, stream.ErrNotComputed
	}
	return l.size, nil
}

// DiffID is the hash of the uncompressed layer.
func (l *layer) DiffID() (v1.Hash, error) { return l.diffID, nil }

// MediaType is what docker push gives a layer, or what the image specification calls one in Zstandard.
func (l *layer) MediaType() (types.MediaType, error) { return l.compression.mediaType(), nil }

// Uncompressed reads the layer as it is in the engine.
func (l *layer) Uncompressed() (io.ReadCloser, error) {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(l.write(l.ctx, writer)) }()
	return reader, nil
}

// Counter is a writer that counts bytes.
type Counter struct{ N *atomic.Int64 }

func (c Counter) Write(p []byte) (int, error) {
	c.N.Add(int64(len(p)))
	return len(p), nil
}

// Layer returns a layer that is compressed while it is sent. write writes it uncompressed, at each call anew. What was read
// and sent since the last beginning is counted in read and sent, in bytes.
func (c Compression) Layer(ctx context.Context, diffID v1.Hash, write func(ctx context.Context, w io.Writer) error, read, sent *atomic.Int64) v1.Layer {
	return &layer{ctx: ctx, write: write, diffID: diffID, compression: c, read: read, sent: sent}
}
