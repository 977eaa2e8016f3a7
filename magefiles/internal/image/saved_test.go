package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// savedAs is an image that an engine saves by write.
func savedAs(t *testing.T, image *memoryImage, write func(context.Context, io.Writer) error) Arriving {
	t.Helper()
	return NewSaved(image.About(), t.TempDir(), write)
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
	file := saved(t, image.Raw, map[string][]byte{"a/layer.tar": plain, "b/layer.tar": gzipped.Bytes(), "c/layer.tar": zstandard.Bytes()},
		map[string]string{"d/layer.tar": "../a/layer.tar"}, "a/layer.tar", "b/layer.tar", "c/layer.tar", "d/layer.tar")
	p := newPushing(t, newRegistry())
	scratch := t.TempDir()
	archive := NewSaved(image.About(), scratch, copied(file))
	if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("what arrived is still there: %v, %v", left, err)
	}
}

func TestLayerIsPushedWhileTheEngineSavesTheNext(t *testing.T) {
	first, second := newLayer(t, 1000), newLayer(t, 2000)
	image := newImage(t, first, second)
	file := saved(t, image.Raw, map[string][]byte{"a": first, "b": second}, nil, "a", "b")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// The members come in no order.
	middle := min(bytes.Index(content, first)+len(first), bytes.Index(content, second)+len(second))
	sent := make(chan struct{})
	archive := savedAs(t, image, func(_ context.Context, to io.Writer) error {
		_, first := to.Write(content[:middle+1024])
		<-sent
		_, second := to.Write(content[middle+1024:])
		return errors.Join(first, second)
	})
	p := newPushing(t, uploaded(sent, newStrict()))
	if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
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
	tarred := tar.NewWriter(buffer)
	if err := errors.Join(tarred.WriteHeader(&tar.Header{Name: "{{cookiecutter.hub}}/", Typeflag: tar.TypeDir, Mode: 0o755}), tarred.Close()); err != nil {
		t.Fatal(err)
	}
	image := newImage(t, buffer.Bytes())
	p := newPushing(t, newStrict())
	archive := savedAs(t, image, copied(saved(t, image.Raw, map[string][]byte{"a": buffer.Bytes()}, nil, "a")))
	if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

func TestArchivesThatAreNotWhatTheImageSays(t *testing.T) {
	layer, other := newLayer(t, 5000), newLayer(t, 6000)
	image := newImage(t, layer)
	good := saved(t, image.Raw, map[string][]byte{"a": layer}, nil, "a")
	for want, file := range map[string]string{
		"the engine saved no layer sha256:": saved(t, image.Raw, map[string][]byte{"a": other}, nil, "a"),
		"unexpected EOF":                    truncated(t, good),
		"manifest.json":                     nothingAt(t),
		"has changed meanwhile":             saved(t, newImage(t, layer, other).Raw, map[string][]byte{"a": layer}, nil, "a"),
		"the engine is gone":                "",
	} {
		write := copied(file)
		if file == "" {
			write = func(context.Context, io.Writer) error { return errors.New(want) }
		}
		archive := savedAs(t, image, write)
		p := newPushing(t, newStrict())
		if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), want) {
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
