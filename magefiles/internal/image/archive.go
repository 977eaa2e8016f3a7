package image

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// archive reads an image from what docker save wrote: the way that every engine offers.
type archive struct {
	file   *os.File
	raw    []byte
	known  about
	layers []io.SectionReader
}

// openArchive finds configuration and layers in the file, which is removed when the archive is closed.
func openArchive(path string) (*archive, error) {
	file, err := os.Open(path) // #nosec G304 -- our own temporary file
	if err != nil {
		return nil, err
	}
	a := &archive{file: file}
	if err := a.index(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading what docker save wrote: %w", err), a.close())
	}
	return a, nil
}

// index notes where each member lies, and picks the image's own.
func (a *archive) index() error {
	members := map[string]*io.SectionReader{}
	reader := tar.NewReader(a.file)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		start, err := a.file.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		members[header.Name] = io.NewSectionReader(a.file, start, header.Size)
		if header.Typeflag == tar.TypeSymlink { // engines before 25 link a layer that another image has
			members[header.Name] = members[linked(header)]
		}
	}
	var manifest []struct {
		Config string
		Layers []string
	}
	if err := decode(members["manifest.json"], &manifest); err != nil {
		return err
	}
	if len(manifest) != 1 {
		return fmt.Errorf("%d images, not one", len(manifest))
	}
	return a.pick(members, manifest[0].Config, manifest[0].Layers)
}

func (a *archive) pick(members map[string]*io.SectionReader, config string, layers []string) error {
	if members[config] == nil {
		return fmt.Errorf("no member %q", config)
	}
	var err error
	if a.raw, err = io.ReadAll(members[config]); err != nil {
		return err
	}
	if a.known, err = aboutOf(a.raw); err != nil {
		return err
	}
	for _, name := range layers {
		if members[name] == nil {
			return fmt.Errorf("no member %q", name)
		}
		a.layers = append(a.layers, *members[name])
	}
	return nil
}

// linked resolves a link of the form ../<layer>/layer.tar.
func linked(header *tar.Header) string {
	const up = "../"
	if len(header.Linkname) > len(up) && header.Linkname[:len(up)] == up {
		return header.Linkname[len(up):]
	}
	return header.Linkname
}

func decode(member *io.SectionReader, out any) error {
	if member == nil {
		return errors.New("no manifest.json")
	}
	return json.NewDecoder(member).Decode(out)
}

func (a *archive) about() about { return a.known }

func (a *archive) configuration() []byte { return a.raw }

func (a *archive) close() error {
	return errors.Join(a.file.Close(), os.Remove(a.file.Name()))
}

// writeLayer writes the layer unpacked. Engines that keep their images in containerd's store save layers as they were
// pulled or built there: compressed.
func (a *archive) writeLayer(ctx context.Context, index int, w io.Writer) error {
	layer := a.layers[index] // a copy: each reader has a position of its own
	content := bufio.NewReaderSize(readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return layer.Read(p)
	}), 1<<20)
	plain, err := decompressed(content)
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	_, err = io.Copy(w, plain) //#nosec G110 -- an image that the operator built
	return err
}

// decompressed recognises gzip and Zstandard by how they begin (RFC 1952, RFC 8878); anything else is a tar archive.
func decompressed(content *bufio.Reader) (io.ReadCloser, error) {
	begin, err := content.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		return gzip.NewReader(content)
	case bytes.Equal(begin, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		decoder, err := zstd.NewReader(content)
		if err != nil {
			return nil, err
		}
		return decoder.IOReadCloser(), nil
	}
	return io.NopCloser(content), nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
