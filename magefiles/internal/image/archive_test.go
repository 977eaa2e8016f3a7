package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/klauspost/compress/zstd"
)

// save writes what docker save would: a manifest, the configuration, and layers, of which one is a link to another.
func save(t *testing.T, configuration []byte, layers map[string][]byte, links map[string]string, order ...string) string {
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

// savedEngine hands out what docker save wrote.
type savedEngine string

func (s savedEngine) open(context.Context, string, string) (source, error) {
	return openArchive(string(s))
}

func TestSavedImageIsPushedWhateverFormItsLayersHave(t *testing.T) {
	plain, zipped, packed := newLayer(t, 1000), newLayer(t, 2000), newLayer(t, 3000)
	image := newImage(t, plain, zipped, packed, plain)
	gzipped, zstandard := new(bytes.Buffer), new(bytes.Buffer)
	gzipWriter := gzip.NewWriter(gzipped)
	zstdWriter, err := zstd.NewWriter(zstandard)
	if err != nil {
		t.Fatal(err)
	}
	_, first := gzipWriter.Write(zipped)
	_, second := zstdWriter.Write(packed)
	if err := errors.Join(first, second, gzipWriter.Close(), zstdWriter.Close()); err != nil {
		t.Fatal(err)
	}
	file := save(t, image.raw, map[string][]byte{"a/layer.tar": plain, "b/layer.tar": gzipped.Bytes(), "c/layer.tar": zstandard.Bytes()},
		map[string]string{"d/layer.tar": "../a/layer.tar"}, "a/layer.tar", "b/layer.tar", "c/layer.tar", "d/layer.tar")
	p := newPushing(t, registry.New())
	if _, err := p.pusher(savedEngine(file)).Push(t.Context(), "a", "t1", false); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

func TestBrokenArchives(t *testing.T) {
	image := newImage(t, newLayer(t, 10))
	for want, file := range map[string]string{
		`no member "a/layer.tar"`: save(t, image.raw, nil, nil, "a/layer.tar"),
		"unexpected EOF":          truncated(t, save(t, image.raw, map[string][]byte{"a/layer.tar": newLayer(t, 5000)}, nil, "a/layer.tar")),
	} {
		if _, err := openArchive(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func truncated(t *testing.T, file string) string {
	t.Helper()
	if err := os.Truncate(file, 4000); err != nil {
		t.Fatal(err)
	}
	return file
}
