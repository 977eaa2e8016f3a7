package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"hub-ops/magefiles/internal/image/source"
)

// receive takes the archive apart.
func (s *Image) receive(archive io.Reader) error {
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
		if header.Typeflag != tar.TypeReg { // a link: its target is a member too
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

// take writes a member to a file, and keeps the file if it is a wanted layer. Engines name archive members differently, so a
// layer is identified by its hash. An engine with containerd's store saves compressed layers, and the hash is that of the
// uncompressed one.
func (s *Image) take(content io.Reader) (err error) {
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
	defer func() { _ = plain.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, plain); err != nil { //#nosec G110 -- an image that the operator built; into a hash
		return err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil { // bytes behind the end of a compressed layer
		return err
	}
	diffID := source.HashOf(sum)
	arrived, wanted := s.arrived[diffID]
	if !wanted || closed(arrived) {
		return nil // the next member overwrites the file
	}
	if err := os.Rename(file.Name(), s.file(diffID)); err != nil {
		return err
	}
	close(arrived)
	return nil
}

// describe finds the configuration: docs.docker.com/reference/api/engine, "Export an image".
func (s *Image) describe(descriptions map[string][]byte) error {
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
	described, err := source.AboutOf(s.raw)
	if err != nil {
		return err
	}
	if !slices.Equal(described.DiffIDs, s.known.DiffIDs) {
		return errors.New("the image has changed meanwhile")
	}
	return nil
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
