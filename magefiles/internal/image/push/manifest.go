package push

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/source"
)

// manifest is an image manifest that is ready to be written.
type manifest struct {
	raw       []byte
	mediaType types.MediaType
	digest    v1.Hash
	layers    []Blob // of the first image, if it is for several platforms
	// configuration is the image's, byte for byte.
	configuration []byte
	size          int64 // bytes of the layers of all platforms, compressed
	largest       int64 // bytes of the layers of one platform, compressed
}

// newManifest makes the manifest that docker push makes: schema 2, which every engine pulls. If a layer is in Zstandard, which
// schema 2 does not have, it makes an OCI manifest.
func newManifest(configuration []byte, layers []Blob) (*manifest, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(configuration))
	if err != nil {
		return nil, err
	}
	oci := slices.ContainsFunc(layers, func(blob Blob) bool { return blob.MediaType == types.OCILayerZStd })
	content := v1.Manifest{
		SchemaVersion: 2, MediaType: types.DockerManifestSchema2,
		Config: v1.Descriptor{MediaType: types.DockerConfigJSON, Digest: digest, Size: size},
		Layers: []v1.Descriptor{},
	}
	if oci {
		content.MediaType, content.Config.MediaType = types.OCIManifestSchema1, types.OCIConfigJSON
	}
	m := &manifest{mediaType: content.MediaType, layers: layers, configuration: configuration}
	for _, blob := range layers {
		descriptor := v1.Descriptor{MediaType: blob.MediaType, Digest: blob.Digest, Size: blob.Size}
		if oci {
			descriptor.MediaType = cmp.Or(compress.OCITypes[blob.MediaType], blob.MediaType)
		}
		content.Layers = append(content.Layers, descriptor)
		m.size += blob.Size
	}
	m.largest = m.size
	if m.raw, err = json.Marshal(content); err != nil {
		return nil, err
	}
	m.digest, _, err = v1.SHA256(bytes.NewReader(m.raw))
	return m, err
}

// asManifest returns the manifest or index of a compressed image.
func asManifest(image source.Compressed) (*manifest, error) {
	m := new(manifest)
	var top interface {
		RawManifest() ([]byte, error)
		MediaType() (types.MediaType, error)
		Digest() (v1.Hash, error)
	} = image.Images()[0]
	if index := image.Index(); index != nil {
		top = index
	}
	var err error
	if m.raw, err = top.RawManifest(); err != nil {
		return nil, err
	}
	if m.mediaType, err = top.MediaType(); err != nil {
		return nil, err
	}
	if m.digest, err = top.Digest(); err != nil {
		return nil, err
	}
	if m.configuration, err = image.Images()[0].RawConfigFile(); err != nil {
		return nil, err
	}
	for i, platform := range image.Images() {
		content, err := platform.Manifest()
		if err != nil {
			return nil, err
		}
		before := m.size
		for _, layer := range content.Layers {
			if i == 0 {
				m.layers = append(m.layers, Blob{Digest: layer.Digest, Size: layer.Size, MediaType: layer.MediaType})
			}
			m.size += layer.Size
		}
		m.largest = max(m.largest, m.size-before)
	}
	return m, nil
}

// RawManifest is what go-containerregistry writes.
func (m *manifest) RawManifest() ([]byte, error) { return m.raw, nil }

// MediaType says what it is.
func (m *manifest) MediaType() (types.MediaType, error) { return m.mediaType, nil }

// blobOf describes a layer whose digest is known.
func blobOf(layer v1.Layer) (Blob, error) {
	var blob Blob
	var err error
	if blob.Digest, err = layer.Digest(); err != nil {
		return blob, err
	}
	if blob.Size, err = layer.Size(); err != nil {
		return blob, err
	}
	blob.MediaType, err = layer.MediaType()
	return blob, err
}
