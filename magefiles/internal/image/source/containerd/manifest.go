package containerd

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/source"
)

// storedManifest is an image in a content store: a partial.CompressedImageCore.
type storedManifest struct {
	store         *contentStore
	manifest      *v1.Manifest
	raw           []byte
	configuration []byte
}

func (m *storedManifest) RawManifest() ([]byte, error) { return m.raw, nil }

func (m *storedManifest) RawConfigFile() ([]byte, error) { return m.configuration, nil }

func (m *storedManifest) MediaType() (types.MediaType, error) { return m.manifest.MediaType, nil }

// LayerByDigest returns a layer that the manifest names.
func (m *storedManifest) LayerByDigest(digest v1.Hash) (partial.CompressedLayer, error) {
	for _, layer := range m.manifest.Layers {
		if layer.Digest == digest {
			return &storedBlob{m.store, layer}, nil
		}
	}
	return nil, fmt.Errorf("no layer %s", digest)
}

// storedBlob is a compressed layer in a content store.
type storedBlob struct {
	store *contentStore
	known v1.Descriptor
}

func (b *storedBlob) Digest() (v1.Hash, error) { return b.known.Digest, nil }

func (b *storedBlob) Size() (int64, error) { return b.known.Size, nil }

func (b *storedBlob) MediaType() (types.MediaType, error) { return b.known.MediaType, nil }

// Compressed opens the layer, each time anew. Its digest is not checked here: the registry does that.
func (b *storedBlob) Compressed() (io.ReadCloser, error) {
	content, err := b.store.files.File(b.store.ctx, b.store.path(b.known.Digest))
	if err != nil {
		return nil, &source.ReadError{Err: err}
	}
	return ofEngine{content}, nil
}

// ofEngine turns the errors of a file into ReadErrors, so that they are not taken for errors of the network.
type ofEngine struct{ io.ReadCloser }

func (o ofEngine) Read(p []byte) (int, error) {
	n, err := o.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &source.ReadError{Err: err}
	}
	return n, err
}

// storedIndex is an index in a content store: a v1.ImageIndex.
type storedIndex struct {
	store  *contentStore
	digest v1.Hash
	raw    []byte
}

// MediaType is what the index says of itself.
func (i *storedIndex) MediaType() (types.MediaType, error) {
	manifest, err := i.IndexManifest()
	if err != nil {
		return "", err
	}
	return manifest.MediaType, nil
}

// Digest is the index's own.
func (i *storedIndex) Digest() (v1.Hash, error) { return i.digest, nil }

// Size is in bytes, of the index alone.
func (i *storedIndex) Size() (int64, error) { return int64(len(i.raw)), nil }

// IndexManifest parses the index.
func (i *storedIndex) IndexManifest() (*v1.IndexManifest, error) {
	return v1.ParseIndexManifest(bytes.NewReader(i.raw))
}

// RawManifest is the index, byte for byte.
func (i *storedIndex) RawManifest() ([]byte, error) { return i.raw, nil }

// Image reads one of its images, or what is attested of one.
func (i *storedIndex) Image(digest v1.Hash) (v1.Image, error) {
	raw, err := i.store.raw(digest)
	if err != nil {
		return nil, err
	}
	return i.store.image(raw)
}

// ImageIndex fails: an index of indexes is nothing that builders make.
func (i *storedIndex) ImageIndex(digest v1.Hash) (v1.ImageIndex, error) {
	return nil, fmt.Errorf("%s is an index in an index", digest)
}
