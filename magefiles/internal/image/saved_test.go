package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// savedAs is an image that an engine saves by write.
func savedAs(t *testing.T, image *memoryImage, write func(context.Context, io.Writer) error) *savedImage {
	t.Helper()
	return &savedImage{known: image.About(), scratch: t.TempDir(), save: write}
}

// copied writes what is in a file.
func copied(file string) func(context.Context, io.Writer) error {
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
	saved := savedAs(t, image, copied(file))
	if _, err := p.pusher(saved).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	if _, err := os.Stat(saved.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what arrived is still there: %v", err)
	}
}

func TestLayerIsPushedWhileTheEngineSavesTheNext(t *testing.T) {
	first, second := newLayer(t, 1000), newLayer(t, 2000)
	image := newImage(t, first, second)
	file := save(t, image.raw, map[string][]byte{"a": first, "b": second}, nil, "a", "b")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The members come in no order.
	middle := min(bytes.Index(content, first)+len(first), bytes.Index(content, second)+len(second))
	sent := make(chan struct{})
	saved := savedAs(t, image, func(_ context.Context, to io.Writer) error {
		_, first := to.Write(content[:middle+1024])
		<-sent
		_, second := to.Write(content[middle+1024:])
		return errors.Join(first, second)
	})
	p := newPushing(t, uploaded(sent, newStrict()))
	if _, err := p.pusher(saved).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

// uploaded closes a channel when the first layer has arrived.
func uploaded(sent chan struct{}, inner http.Handler) http.Handler {
	var once sync.Once
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/uploads/") {
			once.Do(func() { close(sent) })
		}
	})
}

// A tar archive begins with a name, and a directory can be called as if it were JSON.
func TestSmallLayerThatLooksLikeADescription(t *testing.T) {
	buffer := new(bytes.Buffer)
	archive := tar.NewWriter(buffer)
	if err := errors.Join(archive.WriteHeader(&tar.Header{Name: "{{cookiecutter.hub}}/", Typeflag: tar.TypeDir, Mode: 0o755}), archive.Close()); err != nil {
		t.Fatal(err)
	}
	image := newImage(t, buffer.Bytes())
	p := newPushing(t, newStrict())
	saved := savedAs(t, image, copied(save(t, image.raw, map[string][]byte{"a": buffer.Bytes()}, nil, "a")))
	if _, err := p.pusher(saved).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

func TestLayerThatTheRegistryHasIsNotKept(t *testing.T) {
	first, second := newLayer(t, 1000), newLayer(t, 2000)
	image := newImage(t, first, second)
	saved := savedAs(t, image, copied(save(t, image.raw, map[string][]byte{"a": first, "b": second}, nil, "a", "b")))
	if err := saved.Begin(t.Context(), func(index int) bool { return index == 1 }); err != nil {
		t.Fatal(err)
	}
	if _, err := saved.Configuration(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(saved.dir, strings.Repeat("[0-9a-f]", 64)))
	if err != nil || len(kept) != 1 || filepath.Base(kept[0]) != image.About().DiffIDs[1].Hex {
		t.Errorf("kept %q, %v", kept, err)
	}
}

func TestArchivesThatAreNotWhatTheImageSays(t *testing.T) {
	layer, other := newLayer(t, 5000), newLayer(t, 6000)
	image := newImage(t, layer)
	good := save(t, image.raw, map[string][]byte{"a": layer}, nil, "a")
	for want, file := range map[string]string{
		"the engine saved no layer sha256:": save(t, image.raw, map[string][]byte{"a": other}, nil, "a"),
		"unexpected EOF":                    truncated(t, good),
		"manifest.json":                     nothingAt(t),
		"has changed meanwhile":             save(t, newImage(t, layer, other).raw, map[string][]byte{"a": layer}, nil, "a"),
		"the engine is gone":                "",
	} {
		write := copied(file)
		if file == "" {
			write = func(context.Context, io.Writer) error { return errors.New(want) }
		}
		saved := savedAs(t, image, write)
		p := newPushing(t, newStrict())
		if _, err := p.pusher(saved).Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		p.missing(t)
	}
}

// nothingAt is the name of a file that is no archive at all.
func nothingAt(t *testing.T) string {
	name := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func truncated(t *testing.T, file string) string {
	t.Helper()
	if err := os.Truncate(file, 4000); err != nil {
		t.Fatal(err)
	}
	return file
}
