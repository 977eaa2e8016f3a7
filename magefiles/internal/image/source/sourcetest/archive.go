package sourcetest

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Archive writes what docker save would: a manifest, the configuration, and layers, of which one is a link to another.
func Archive(t testing.TB, configuration []byte, layers map[string][]byte, links map[string]string, order ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image.tar")
	buffer := new(bytes.Buffer)
	archive := tar.NewWriter(buffer)
	add := func(name string, content []byte) {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	add("config.json", configuration)
	for layer, content := range layers {
		add(layer, content)
	}
	for link, target := range links {
		if err := archive.WriteHeader(&tar.Header{Name: link, Typeflag: tar.TypeSymlink, Linkname: target}); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": order}})
	if err != nil {
		t.Fatal(err)
	}
	add("manifest.json", manifest)
	if err := errors.Join(archive.Close(), os.WriteFile(name, buffer.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return name
}

// Copied writes what is in a file.
func Copied(file string) func(context.Context, io.Writer) error {
	return func(_ context.Context, to io.Writer) error {
		content, err := os.Open(file) // #nosec G304 -- of the test's own
		if err != nil {
			return err
		}
		defer func() { _ = content.Close() }()
		_, err = io.Copy(to, content)
		return err
	}
}
