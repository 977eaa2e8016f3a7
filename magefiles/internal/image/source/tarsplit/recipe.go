package tarsplit

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"

	"github.com/vbatts/tar-split/tar/storage"
)

// ingredients are what a layer is packed from: the tar-split recipe and the files.
type ingredients struct {
	recipe io.Reader
	files  storage.FileGetter
	close  func() error
}

// pack writes the layer as the recipe says.
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

// write writes one entry of the recipe: bytes between files, or a file. tar-split's own function also checks a sum of each
// file, which takes as long as the hash of the whole layer, and that is checked anyway.
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
