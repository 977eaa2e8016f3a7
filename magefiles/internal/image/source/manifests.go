package source

import (
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Manifests is an image, or an index of images for several platforms, as go-containerregistry reads it: all of a
// Compressed image but for Close.
type Manifests struct {
	images []v1.Image
	index  v1.ImageIndex
	known  About
}

// About tells what is known of the image; its layers are those of all platforms.
func (m *Manifests) About() About { return m.known }

// Images returns the image of each platform.
func (m *Manifests) Images() []v1.Image { return m.images }

// Index returns the index of the images; nil for a single image.
func (m *Manifests) Index() v1.ImageIndex { return m.index }

// ReadImage reads the manifest and the configuration of a single image.
func ReadImage(image v1.Image) (*Manifests, error) {
	m := new(Manifests)
	return m, m.add(image)
}

// ReadIndex reads the manifests and configurations of the images in an index.
func ReadIndex(index v1.ImageIndex) (*Manifests, error) {
	m := &Manifests{index: index}
	return m, m.addAll(index)
}

// ReadOnly reads the image, or the index, that is the only one in a layout's index.
func ReadOnly(root v1.ImageIndex) (*Manifests, error) {
	manifest, err := root.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("%d images, not one", len(manifest.Manifests))
	}
	if manifest.Manifests[0].MediaType.IsIndex() {
		index, err := root.ImageIndex(manifest.Manifests[0].Digest)
		if err != nil {
			return nil, err
		}
		return ReadIndex(index)
	}
	m := new(Manifests)
	return m, m.addAll(root)
}

func (m *Manifests) addAll(index v1.ImageIndex) error {
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	for _, descriptor := range manifest.Manifests {
		if descriptor.Platform != nil && descriptor.Platform.OS == "unknown" {
			continue // an attestation: docs.docker.com/build/metadata/attestations/attestation-storage
		}
		image, err := index.Image(descriptor.Digest)
		if err != nil {
			return err
		}
		if err := m.add(image); err != nil {
			return err
		}
	}
	if len(m.images) == 0 {
		return errors.New("no image")
	}
	return nil
}

func (m *Manifests) add(image v1.Image) error {
	configuration, err := image.RawConfigFile()
	if err != nil {
		return err
	}
	known, err := AboutOf(configuration)
	if err != nil {
		return err
	}
	if len(m.images) == 0 {
		m.known = known
	} else {
		m.known.DiffIDs = append(m.known.DiffIDs, known.DiffIDs...)
	}
	m.images = append(m.images, image)
	return nil
}

// LayersOf returns the layers of all platforms of an image, in the order of their hashes in About.
func LayersOf(images []v1.Image) ([]v1.Layer, error) {
	var all []v1.Layer
	for _, image := range images {
		layers, err := image.Layers()
		if err != nil {
			return nil, err
		}
		all = append(all, layers...)
	}
	return all, nil
}
