package image

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// source is an image where it was built: an unpacked one, or a *packedImage.
type source interface {
	// configuration is the image's configuration, byte for byte: its hash is the image's ID.
	configuration() []byte
	close() error
}

// unpacked is an image whose layers are not compressed yet.
type unpacked interface {
	source
	// writeLayer writes a layer, counted from the base, as it was before any compression.
	writeLayer(ctx context.Context, index int, w io.Writer) error
}

// engine is where images are until they are pushed.
type engine interface {
	open(ctx context.Context, hub, reference string) (source, error)
}

// open finds the fastest way to read the image: the engine's own files where they can be read, docker save otherwise.
func (d *Docker) open(ctx context.Context, hub, reference string) (source, error) {
	where, err := d.output(ctx, "info", "--format", "{{.DockerRootDir}}\n{{.Driver}}")
	if err != nil {
		return nil, err
	}
	id, err := d.output(ctx, "image", "inspect", "--format", "{{.Id}}", reference)
	if err != nil {
		return nil, err
	}
	root, driver, _ := strings.Cut(where, "\n")
	if store, err := openLayerStore(root, driver, id); err == nil {
		return store, nil
	}
	file := filepath.Join(d.Scratch, "image-"+hub+".tar")
	if err := d.run(ctx, hub, "", "save", "--output", file, reference); err != nil {
		return nil, err
	}
	return openArchive(file)
}

// diffIDsOf reads the hashes of the uncompressed layers from an image's configuration.
func diffIDsOf(configuration []byte) ([]v1.Hash, error) {
	var content struct {
		RootFS struct {
			DiffIDs []v1.Hash `json:"diff_ids"`
		} `json:"rootfs"`
	}
	if err := json.Unmarshal(configuration, &content); err != nil {
		return nil, fmt.Errorf("reading the image's configuration: %w", err)
	}
	return content.RootFS.DiffIDs, nil
}
