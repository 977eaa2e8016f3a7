package image

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// saved is an image that an engine writes as an archive: the way that every engine offers. A layer can be read as soon as
// it has arrived, while the next one is on its way. Which member of the archive it is tells its content alone, for each
// engine names them in another way.
type saved struct {
	known   about
	dir     string                    // of the layers' files
	arrived map[v1.Hash]chan struct{} // of those that are wanted, by their diffIDs: closed when they can be read
	ended   chan struct{}             // closed when no more comes
	err     error                     // why not; to be read when ended is closed
	raw     []byte                    // the configuration, which comes last; likewise
	stop    context.CancelFunc
}

// receiving starts to take what write writes, whose context ends when the image is closed. Layers for which wanted says
// no are dropped.
func receiving(ctx context.Context, known about, dir string, wanted func(index int) bool, write func(context.Context, io.Writer) error) (*saved, error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s := &saved{known: known, dir: dir, arrived: map[v1.Hash]chan struct{}{}, ended: make(chan struct{})}
	for i, diffID := range known.diffIDs {
		if wanted(i) {
			s.arrived[diffID] = make(chan struct{})
		}
	}
	ctx, s.stop = context.WithCancel(ctx)
	written := make(chan error, 1)
	go func() {
		err := write(ctx, writer)
		_ = writer.Close()
		written <- err
	}()
	go func() {
		defer close(s.ended)
		err := s.receive(reader)
		_, _ = io.Copy(io.Discard, reader) // whoever writes shall end as it would have
		_ = reader.Close()
		if err != nil {
			err = fmt.Errorf("reading what the engine saved: %w", err)
		}
		s.err = cmp.Or(<-written, err)
	}()
	return s, nil
}

// receive takes the archive apart.
func (s *saved) receive(archive io.Reader) error {
	descriptions := map[string][]byte{}
	reader := tar.NewReader(archive)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return s.describe(descriptions)
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg { // a link leads to a layer that is a member, too
			continue
		}
		content := bufio.NewReaderSize(reader, 1<<20)
		if begin, _ := content.Peek(1); header.Size < 4<<20 && (bytes.Equal(begin, []byte("{")) || bytes.Equal(begin, []byte("["))) {
			description, err := io.ReadAll(content)
			if err != nil {
				return err
			}
			if json.Valid(description) {
				descriptions[header.Name] = description
				continue
			}
			content.Reset(bytes.NewReader(description)) // a layer whose first file is called like that
		}
		if err := s.take(content); err != nil {
			return err
		}
	}
}

// take puts a member into a file, which it keeps if that is a layer that is wanted. Engines that keep their images in
// containerd's store save layers as they were pulled or built there: compressed.
func (s *saved) take(content io.Reader) (err error) {
	file, err := os.Create(filepath.Join(s.dir, "part"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	raw := bufio.NewReaderSize(io.TeeReader(content, file), 1<<20)
	plain, err := decompressed(raw)
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, plain); err != nil { //#nosec G110 -- an image that the operator built; into a hash
		return err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil { // what lies behind a compressed layer
		return err
	}
	diffID := hashOf(sum)
	arrived, wanted := s.arrived[diffID]
	if !wanted || closed(arrived) {
		return nil // the next member takes its place
	}
	if err := os.Rename(file.Name(), s.file(diffID)); err != nil {
		return err
	}
	close(arrived)
	return nil
}

func (s *saved) file(diffID v1.Hash) string { return filepath.Join(s.dir, diffID.Hex) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// describe finds the configuration: docs.docker.com/reference/api/engine, "Export an image".
func (s *saved) describe(descriptions map[string][]byte) error {
	var manifest []struct{ Config string }
	if err := json.Unmarshal(descriptions["manifest.json"], &manifest); err != nil {
		return fmt.Errorf("manifest.json: %w", err)
	}
	if len(manifest) != 1 {
		return fmt.Errorf("%d images, not one", len(manifest))
	}
	s.raw = descriptions[manifest[0].Config]
	if s.raw == nil {
		return fmt.Errorf("no member %q", manifest[0].Config)
	}
	described, err := aboutOf(s.raw)
	if err != nil {
		return err
	}
	if !slices.Equal(described.diffIDs, s.known.diffIDs) {
		return errors.New("the image has changed meanwhile")
	}
	return nil
}

func (s *saved) about() about { return s.known }

// ready waits until a layer has arrived, or behind the last one the configuration, with everything else.
func (s *saved) ready(ctx context.Context, index int) error {
	var arrived chan struct{}
	if index < len(s.known.diffIDs) {
		arrived = s.arrived[s.known.diffIDs[index]]
	}
	select {
	case <-arrived:
		return nil
	case <-s.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.err == nil && arrived != nil && !closed(arrived) {
		return fmt.Errorf("the engine saved no layer %s", s.known.diffIDs[index])
	}
	return s.err
}

func (s *saved) configuration() []byte { return s.raw }

// close ends the engine's work, and removes what has arrived.
func (s *saved) close() error {
	s.stop()
	<-s.ended
	return os.RemoveAll(s.dir)
}

// writeLayer writes the layer unpacked.
func (s *saved) writeLayer(ctx context.Context, index int, w io.Writer) error {
	file, err := os.Open(s.file(s.known.diffIDs[index]))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return writePlain(ctx, file, w)
}

// writePlain writes what is read, decompressed if it is compressed.
func writePlain(ctx context.Context, r io.Reader, w io.Writer) error {
	plain, err := decompressed(bufio.NewReaderSize(readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	}), 1<<20))
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
