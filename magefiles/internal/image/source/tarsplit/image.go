// Package tarsplit reads an image from the layer store of its engine: each layer is a directory of files, and a recipe
// (github.com/vbatts/tar-split) to pack them into the same tar archive again.
//
// places.go knows where Docker and Podman keep both. The files are read as they are by root (OwnFiles), as a Docker engine
// shows them in a container (ShownFiles), and where Podman has taken the place of root (UnsharedFiles).
package tarsplit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"hub-ops/magefiles/internal/image/source"
)

// Image is an image in the layer store of its engine. Reading the store is several times faster than docker save, and layers
// that the registry has are not read at all. The hash of each layer is checked while it is read, so a store with another
// layout leads to an error, never to a wrong layer.
type Image struct {
	files Files
	raw   []byte // the image's configuration
	known source.About
	at    places
}

// places say where an engine keeps an image.
type places struct {
	configuration string
	layers        []layerPlace // from the base up
	memory        memory       // of where the layers came from
}

// layerPlace is where a layer is.
type layerPlace struct {
	recipe string // a file
	files  string // a directory
}

// storedOpener opens an image, if it is in the places that locate finds. id is the image's ID.
func storedOpener(files Files, id string, locate func() (places, error)) source.Opener {
	return source.Opener{Name: files.String() + ", tar-split", Open: func(ctx context.Context) (source.Image, error) {
		at, err := locate()
		if err != nil {
			return nil, err
		}
		image, err := openStored(ctx, files, at, id)
		if err != nil {
			return nil, errors.Join(err, files.Close())
		}
		return image, nil
	}}
}

func openStored(ctx context.Context, files Files, at places, id string) (*Image, error) {
	raw, err := readAll(ctx, files, at.configuration)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != strings.TrimPrefix(id, "sha256:") {
		return nil, errors.New("the image's configuration is not what its ID says")
	}
	known, err := source.AboutOf(raw)
	if err != nil {
		return nil, err
	}
	return &Image{files: files, raw: raw, known: known, at: at}, nil
}

// About tells what the configuration says.
func (s *Image) About() source.About { return s.known }

// Configuration returns the content of the engine's file.
func (s *Image) Configuration(context.Context) ([]byte, error) { return s.raw, nil }

// Close waits until nothing is left of what was opened.
func (s *Image) Close() error { return s.files.Close() }

// WriteLayer packs the layer again, exactly as it was.
func (s *Image) WriteLayer(ctx context.Context, index int, w io.Writer) error {
	from, err := s.files.open(ctx, s.at.layers[index])
	if err != nil {
		return err
	}
	return errors.Join(from.pack(ctx, w), from.close())
}
