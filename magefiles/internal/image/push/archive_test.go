package push

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

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/archive"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// savedAs is an image that an engine saves by write.
func savedAs(t *testing.T, image *sourcetest.Memory, write func(context.Context, io.Writer) error) source.Arriving {
	t.Helper()
	return archive.New(image.About(), t.TempDir(), write)
}

func TestSavedImageIsPushedWhateverFormItsLayersHave(t *testing.T) {
	plain, zipped, packed := sourcetest.Layer(t, 1000), sourcetest.Layer(t, 2000), sourcetest.Layer(t, 3000)
	image := sourcetest.New(t, plain, zipped, packed, plain)
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
	file := sourcetest.Archive(t, image.Raw, map[string][]byte{"a/layer.tar": plain, "b/layer.tar": gzipped.Bytes(), "c/layer.tar": zstandard.Bytes()},
		map[string]string{"d/layer.tar": "../a/layer.tar"}, "a/layer.tar", "b/layer.tar", "c/layer.tar", "d/layer.tar")
	p := newPushing(t, registrytest.New())
	scratch := t.TempDir()
	archive := archive.New(image.About(), scratch, sourcetest.Copied(file))
	if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("what arrived is still there: %v, %v", left, err)
	}
}

func TestLayerIsPushedWhileTheEngineSavesTheNext(t *testing.T) {
	first, second := sourcetest.Layer(t, 1000), sourcetest.Layer(t, 2000)
	image := sourcetest.New(t, first, second)
	file := sourcetest.Archive(t, image.Raw, map[string][]byte{"a": first, "b": second}, nil, "a", "b")
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
	p := newPushing(t, uploaded(sent, registrytest.NewStrict()))
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
	image := sourcetest.New(t, buffer.Bytes())
	p := newPushing(t, registrytest.NewStrict())
	archive := savedAs(t, image, sourcetest.Copied(sourcetest.Archive(t, image.Raw, map[string][]byte{"a": buffer.Bytes()}, nil, "a")))
	if _, err := p.pusher(archive).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

func TestArchivesThatAreNotWhatTheImageSays(t *testing.T) {
	layer, other := sourcetest.Layer(t, 5000), sourcetest.Layer(t, 6000)
	image := sourcetest.New(t, layer)
	good := sourcetest.Archive(t, image.Raw, map[string][]byte{"a": layer}, nil, "a")
	for want, file := range map[string]string{
		"the engine saved no layer sha256:": sourcetest.Archive(t, image.Raw, map[string][]byte{"a": other}, nil, "a"),
		"unexpected EOF":                    truncated(t, good),
		"manifest.json":                     nothingAt(t),
		"has changed meanwhile":             sourcetest.Archive(t, sourcetest.New(t, layer, other).Raw, map[string][]byte{"a": layer}, nil, "a"),
		"the engine is gone":                "",
	} {
		write := sourcetest.Copied(file)
		if file == "" {
			write = func(context.Context, io.Writer) error { return errors.New(want) }
		}
		archive := savedAs(t, image, write)
		p := newPushing(t, registrytest.NewStrict())
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
