package sourcetest

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/source"
)

// Memory is an Uncompressed image in memory.
type Memory struct {
	Raw    []byte // the configuration
	Layers [][]byte
	Read   atomic.Int64        // layers that were read
	Pulled map[v1.Hash]v1.Hash // blobs, by the layers that its engine unpacked them to
}

// New returns an image of these layers.
func New(t testing.TB, layers ...[]byte) *Memory {
	t.Helper()
	var diffIDs []v1.Hash
	for _, layer := range layers {
		diffID, _, err := v1.SHA256(bytes.NewReader(layer))
		if err != nil {
			t.Fatal(err)
		}
		diffIDs = append(diffIDs, diffID)
	}
	raw, err := json.Marshal(v1.ConfigFile{Architecture: "amd64", OS: "linux", RootFS: v1.RootFS{Type: "layers", DiffIDs: diffIDs}})
	if err != nil {
		t.Fatal(err)
	}
	return &Memory{Raw: raw, Layers: layers}
}

// Label says what the image is built on.
func (m *Memory) Label(t testing.TB, name, digest string) {
	t.Helper()
	var configuration v1.ConfigFile
	if err := json.Unmarshal(m.Raw, &configuration); err != nil {
		t.Fatal(err)
	}
	configuration.Config.Labels = map[string]string{content.LabelBaseName: name, content.LabelBaseDigest: digest}
	var err error
	if m.Raw, err = json.Marshal(configuration); err != nil {
		t.Fatal(err)
	}
}

// Layer is a tar archive of one file of random bytes.
func Layer(t testing.TB, size int) []byte {
	t.Helper()
	content := make([]byte, size)
	if _, err := rand.Read(content); err != nil {
		t.Fatal(err)
	}
	buffer := new(bytes.Buffer)
	archive := tar.NewWriter(buffer)
	err := archive.WriteHeader(&tar.Header{Name: "file", Mode: 0o644, Size: int64(size)})
	if _, writeErr := archive.Write(content); err != nil || writeErr != nil || archive.Close() != nil {
		t.Fatal(err, writeErr)
	}
	return buffer.Bytes()
}

// Configuration returns Raw.
func (m *Memory) Configuration(context.Context) ([]byte, error) { return m.Raw, nil }

// About tells what Raw says.
func (m *Memory) About() source.About {
	known, _ := source.AboutOf(m.Raw)
	return known
}

// Unpacked says what Pulled has.
func (m *Memory) Unpacked(_ context.Context, layer, blob v1.Hash) bool {
	return m.Pulled[layer] == blob
}

// Close does nothing.
func (m *Memory) Close() error { return nil }

// WriteLayer writes a layer, and counts it.
func (m *Memory) WriteLayer(_ context.Context, index int, w io.Writer) error {
	m.Read.Add(1)
	_, err := w.Write(m.Layers[index])
	return err
}

// ManyFiles is a layer of so many files, as a package manager makes it.
func ManyFiles(t testing.TB, count int) []byte {
	t.Helper()
	buffer := new(bytes.Buffer)
	archive := tar.NewWriter(buffer)
	for i := range count {
		content := fmt.Sprintf("file %d", i)
		if err := archive.WriteHeader(&tar.Header{Name: fmt.Sprintf("opt/conda/pkgs/%d/%d", i%100, i), Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// EmptyLayer is an archive without a member, as builders make it for what changes no file.
var EmptyLayer = make([]byte, 1024)
