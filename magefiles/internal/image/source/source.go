// Package source reads an image where it was built. An Image is either Uncompressed, its layers come out as tar archives, or
// Compressed, its layers and manifests are pushed byte for byte. There is a package for each place that images are read from:
//
//   - tarsplit: the layer store of a Docker engine or of Podman
//   - containerd: the content store of a Docker engine that keeps its images in containerd
//   - layout: the OCI layout that BuildKit writes
//   - archive: what docker save and podman save write
//
// A builder returns an Opener for each way to read an image, and package push tries one after the other. Package sourcetest
// checks what every source must keep.
package source

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Image is an image where it was built. It is an Uncompressed or a Compressed one, and may be Arriving or Kept.
type Image interface {
	// About tells what is known of the image before any layer is read.
	About() About
	// Close ends all reading, and removes what reading has left.
	Close() error
}

// About is what is known of an image before any layer of it is read.
type About struct {
	DiffIDs  []v1.Hash // hashes of the uncompressed layers, from the base up
	Labels   map[string]string
	Platform v1.Platform // zero if the image does not say
}

// Uncompressed is an image whose layers come out as tar archives. Whoever pushes it compresses them, and makes a manifest.
type Uncompressed interface {
	Image
	// Configuration returns the image's configuration, byte for byte: its hash is the image's ID.
	Configuration(ctx context.Context) ([]byte, error)
	// WriteLayer writes a layer, counted from the base, as it was before any compression. It may be called again, and for
	// several layers at a time. A layer that cannot be read is a ReadError or any error that w did not return.
	WriteLayer(ctx context.Context, index int, w io.Writer) error
}

// Arriving is an Uncompressed image of which an engine has to write a copy before a layer can be read.
type Arriving interface {
	Uncompressed
	// Begin has the engine write the image. Layers for which wanted says no are dropped. It does not wait.
	Begin(ctx context.Context, wanted func(index int) bool) error
	// Ready waits until WriteLayer can write a wanted layer.
	Ready(ctx context.Context, index int) error
}

// Compressed is an image whose manifests and compressed layers exist. It is pushed byte for byte.
type Compressed interface {
	Image
	// Images returns the image of each platform. Their layers, one after the other, are those of About.
	Images() []v1.Image
	// Index returns the index of the images; nil for a single image.
	Index() v1.ImageIndex
}

// Kept is an image that is kept only until it is pushed.
type Kept interface {
	Image
	// Pushed removes the image.
	Pushed() error
}

// AboutOf reads an image's configuration: opencontainers/image-spec, config.md.
func AboutOf(configuration []byte) (About, error) {
	var content v1.ConfigFile
	if err := json.Unmarshal(configuration, &content); err != nil {
		return About{}, fmt.Errorf("reading the image's configuration: %w", err)
	}
	known := About{DiffIDs: content.RootFS.DiffIDs, Labels: content.Config.Labels}
	if platform := content.Platform(); platform != nil { // an image that says nothing of it has none
		known.Platform = *platform
	}
	return known, nil
}

// HashOf returns what a sha256 has summed up.
func HashOf(sum hash.Hash) v1.Hash {
	return v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
}
