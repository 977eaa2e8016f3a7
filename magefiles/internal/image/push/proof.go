package push

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/source"
)

// lie is what is wrong with a blob that was said to be a layer.
type lie struct{ text string }

func (l *lie) Error() string { return l.text }

// A blob that grows by more than this when it is unpacked is not unpacked to its end, unless it stays small: whoever made it may have
// wanted just that. The layer is compressed here instead, which is little to send.
const (
	mostGrowth = 20
	smallLayer = 64 << 20 // bytes
)

// What is not worth to be taken as it is: it may be the layer.
var (
	errGrows = fmt.Errorf("it is more than %d times as large when it is unpacked", mostGrowth)
	errPlain = errors.New("it is not compressed")
)

// proof unpacks a blob while it passes by, and finds out whether it is a layer.
type proof struct {
	diffID v1.Hash // of the layer
	digest v1.Hash // of the blob

	mu     sync.Mutex
	proven Blob // zero until the blob has passed, and is the layer
	err    error
}

// result is the blob, or why it is not the layer; neither if it has not come by.
func (p *proof) result() (Blob, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.proven, p.err
}

// watch returns the layer whose blob is to be proven. Reading it ends in an error if that is not the layer, so nothing that it is sent
// to takes it.
func (p *proof) watch(layer v1.Layer) v1.Layer { return &watched{layer, p} }

// watched is a layer whose blob is proven when it is read.
type watched struct {
	v1.Layer
	proof *proof
}

// Compressed reads the blob. Each reading is a proof of its own.
func (w *watched) Compressed() (io.ReadCloser, error) {
	content, err := w.Layer.Compressed()
	if err != nil {
		return nil, err
	}
	reader, writer := io.Pipe()
	passing := &passing{content: content, to: writer, ended: make(chan struct{})}
	go func() {
		defer close(passing.ended)
		passing.err = w.proof.examine(reader)
		_, _ = io.Copy(io.Discard, reader) // so that nobody waits for it
	}()
	return passing, nil
}

// passing is a blob on its way.
type passing struct {
	content io.ReadCloser
	to      *io.PipeWriter
	ended   chan struct{} // closed when the proof has ended
	err     error         // of the proof; to be read then
}

func (p *passing) Read(b []byte) (int, error) {
	n, err := p.content.Read(b)
	_, _ = p.to.Write(b[:n])
	if err != nil {
		_ = p.to.CloseWithError(err)
	}
	if errors.Is(err, io.EOF) {
		<-p.ended
		if p.err != nil {
			return n, p.err
		}
	}
	return n, err
}

// Close ends a proof that has not come to its end.
func (p *passing) Close() error {
	_ = p.to.CloseWithError(io.ErrClosedPipe)
	<-p.ended
	return p.content.Close()
}

// examine unpacks a blob, and notes what it is.
func (p *proof) examine(blob io.Reader) error {
	size, arriving := new(atomic.Int64), &remembering{Reader: blob}
	packed := io.TeeReader(arriving, compress.Counter{N: size})
	sum := sha256.New()
	plain, mediaType, err := compress.Plain(packed)
	if err == nil {
		_, err = io.Copy(&limited{to: sum, packed: size}, plain)
		_ = plain.Close()
	}
	if err == nil {
		_, err = io.Copy(io.Discard, packed) // behind the layer's end
	}
	switch {
	case arriving.err != nil:
		err = arriving.err // it did not come to its end
	case errors.Is(err, errGrows):
	case err != nil:
		err = &lie{fmt.Sprintf("it cannot be unpacked (%v)", err)}
	case source.HashOf(sum) != p.diffID:
		err = &lie{"unpacked it is " + short(source.HashOf(sum))}
	case mediaType == types.DockerUncompressedLayer:
		err = errPlain
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err = err; err == nil {
		p.proven = Blob{Digest: p.digest, Size: size.Load(), MediaType: mediaType}
	}
	return err
}

// remembering keeps the error that reading ended with.
type remembering struct {
	io.Reader
	err error
}

func (r *remembering) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// limited ends the unpacking of a blob that grows too much.
type limited struct {
	to      io.Writer
	packed  *atomic.Int64 // bytes that were read
	written int64
}

func (l *limited) Write(b []byte) (int, error) {
	l.written += int64(len(b))
	if l.written > smallLayer && l.written > mostGrowth*l.packed.Load() {
		return 0, errGrows
	}
	return l.to.Write(b)
}

// short shortens a hash to what a person compares.
func short(hash v1.Hash) string { return hash.Algorithm + ":" + hash.Hex[:min(12, len(hash.Hex))] }
