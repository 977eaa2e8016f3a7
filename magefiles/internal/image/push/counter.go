package push

import (
	"io"
	"sync/atomic"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/compress"
)

// counted counts the bytes that are read of a compressed layer. A layer that is read again counts once.
type counted struct {
	v1.Layer
	sent *atomic.Int64 // of this layer and maybe others
	own  *atomic.Int64
}

func count(layer v1.Layer, sent *atomic.Int64) counted {
	return counted{layer, sent, new(atomic.Int64)}
}

// Compressed reads the layer as it is sent.
func (c counted) Compressed() (io.ReadCloser, error) {
	content, err := c.Layer.Compressed()
	if err != nil {
		return nil, err
	}
	c.sent.Add(-c.own.Swap(0))
	return struct {
		io.Reader
		io.Closer
	}{io.TeeReader(content, io.MultiWriter(compress.Counter{N: c.sent}, compress.Counter{N: c.own})), content}, nil
}
