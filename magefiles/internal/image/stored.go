package image

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"

	"github.com/vbatts/tar-split/tar/storage"
)

// storedImage is an image that is read from the files of its engine. Engines keep a layer unpacked, and beside it the
// recipe to pack it again, byte for byte (tar-split). Reading both is several times faster than to have the engine save
// the image, and layers that nobody asks for cost nothing. Every layer's hash is checked when it is read, so that another
// layout can fail but not mislead.
type storedImage struct {
	store store
	raw   []byte // the image's configuration
	known about
	at    places
	saved *savedImage // the same, for what cannot be packed
}

// places say where an engine keeps an image.
type places struct {
	configuration string
	layers        []layerPlace // from the base up
}

// layerPlace is where a layer is.
type layerPlace struct {
	recipe string // a file
	files  string // a directory
}

// store is a way to the files of an engine.
type store interface {
	// file opens a file.
	file(ctx context.Context, path string) (io.ReadCloser, error)
	// open opens what a layer is packed from.
	open(ctx context.Context, layer layerPlace) (ingredients, error)
	// close waits until nothing is left of what was opened.
	close() error
}

// ingredients are what a layer is packed from.
type ingredients struct {
	recipe io.Reader
	files  storage.FileGetter
	close  func() error
}

// readAll reads a small file.
func readAll(ctx context.Context, from store, path string) ([]byte, error) {
	file, err := from.file(ctx, path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(file)
	return content, errors.Join(err, file.Close())
}

// openStored opens an image, if the store has it.
func openStored(ctx context.Context, store store, at places, saved *savedImage) (*storedImage, error) {
	raw, err := readAll(ctx, store, at.configuration)
	if err == nil {
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != strings.TrimPrefix(saved.inspected.ID, "sha256:") {
			err = errors.New("the image's configuration is not what its ID says")
		}
	}
	var known about
	if err == nil {
		known, err = aboutOf(raw)
	}
	if err != nil {
		return nil, errors.Join(err, store.close())
	}
	return &storedImage{store: store, raw: raw, known: known, at: at, saved: saved}, nil
}

func (s *storedImage) about() about { return s.known }

func (s *storedImage) configuration() []byte { return s.raw }

func (s *storedImage) ready(context.Context, int) error { return nil }

func (s *storedImage) close() error { return s.store.close() }

// writeLayer packs the layer again, exactly as it was.
func (s *storedImage) writeLayer(ctx context.Context, index int, w io.Writer) error {
	from, err := s.store.open(ctx, s.at.layers[index])
	if err != nil {
		return err
	}
	return errors.Join(from.pack(ctx, w), from.close())
}

func (i ingredients) pack(ctx context.Context, w io.Writer) error {
	unzipped, err := gzip.NewReader(bufio.NewReader(i.recipe))
	if err != nil {
		return err
	}
	entries := storage.NewJSONUnpacker(unzipped)
	for ctx.Err() == nil {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = i.write(entry, w)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// write writes what lies between the files, or a file. tar-split's own way checks a sum of each file, too, which takes as
// long as the hash of the whole layer that is checked anyway.
func (i ingredients) write(entry *storage.Entry, w io.Writer) error {
	if entry.Type == storage.SegmentType {
		_, err := w.Write(entry.Payload)
		return err
	}
	if entry.Size == 0 {
		return nil
	}
	file, err := i.files.Get(entry.GetName())
	if err != nil {
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}
