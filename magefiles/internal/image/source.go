package image

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// source is an image where it was built: an unpacked one, a *packedImage, or a *savedImage.
type source interface {
	about() about
	close() error
}

// about is what is known of an image before anything of it is read.
type about struct {
	diffIDs  []v1.Hash // hashes of the uncompressed layers, from the base up
	labels   map[string]string
	platform v1.Platform
}

// unpacked is an image whose layers are not compressed yet.
type unpacked interface {
	source
	// configuration is the image's configuration, byte for byte: its hash is the image's ID.
	configuration() []byte
	// ready waits until a layer, counted from the base, can be read, or behind the last one the configuration.
	ready(ctx context.Context, index int) error
	// writeLayer writes a layer, counted from the base, as it was before any compression.
	writeLayer(ctx context.Context, index int, w io.Writer) error
}

// engine is where images are until they are pushed.
type engine interface {
	open(ctx context.Context, hub, reference string) (source, error)
}

// aboutOf reads an image's configuration: opencontainers/image-spec, config.md.
func aboutOf(configuration []byte) (about, error) {
	var content v1.ConfigFile
	if err := json.Unmarshal(configuration, &content); err != nil {
		return about{}, fmt.Errorf("reading the image's configuration: %w", err)
	}
	known := about{diffIDs: content.RootFS.DiffIDs, labels: content.Config.Labels}
	if platform := content.Platform(); platform != nil { // an image that says nothing of it has none
		known.platform = *platform
	}
	return known, nil
}
