package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// pushEarly pushes an image to hub a, tag t1, whose layers are sent while write writes the archive.
func (p *pushing) pushEarly(t *testing.T, image *memoryImage, write func(context.Context, io.Writer) error) error {
	t.Helper()
	ref, err := p.registry.Reference("a", "t1")
	if err != nil {
		t.Fatal(err)
	}
	push, err := p.pusher(nil).newTransfer(t.Context(), "a", ref, image)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := receiving(t.Context(), image.about(), t.TempDir(), func(int) bool { return true }, push.sendEarly, write)
	if err != nil {
		t.Fatal(err)
	}
	written, err := push.pack(t.Context(), saved, nothingFound(len(image.about().diffIDs)))
	if err == nil {
		err = push.publish(t.Context(), written, false)
	}
	if left := push.sent(); err == nil && left < worthSendingEarly {
		t.Errorf("%d bytes were sent, it says", left)
	}
	return errors.Join(err, saved.close())
}

func TestLayerIsSentBeforeItHasArrived(t *testing.T) {
	layer := newLayer(t, worthSendingEarly)
	image := newImage(t, layer)
	content, err := os.ReadFile(save(t, image.raw, map[string][]byte{"a/layer.tar": layer}, nil, "a/layer.tar"))
	if err != nil {
		t.Fatal(err)
	}
	begun := make(chan struct{})
	once := sync.OnceFunc(func() { close(begun) })
	inner := newStrict()
	p := newPushing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			once()
		}
		inner.ServeHTTP(w, r)
	}))
	err = p.pushEarly(t, image, func(_ context.Context, to io.Writer) error {
		_, first := to.Write(content[:len(content)/2])
		<-begun
		_, second := to.Write(content[len(content)/2:])
		return errors.Join(first, second)
	})
	if err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

func TestLayersThatAreSentEarlyAndLate(t *testing.T) {
	plain, zipped, small := newLayer(t, worthSendingEarly), newLayer(t, worthSendingEarly), newLayer(t, 1000)
	compressed := new(bytes.Buffer)
	writer := gzip.NewWriter(compressed)
	if _, err := writer.Write(zipped); err != nil || writer.Close() != nil {
		t.Fatal(err)
	}
	image := newImage(t, plain, small, zipped, plain)
	file := save(t, image.raw, map[string][]byte{"a/layer.tar": plain, "b/layer.tar": small, "c/layer.tar": compressed.Bytes(), "d/layer.tar": plain},
		nil, "a/layer.tar", "b/layer.tar", "c/layer.tar", "d/layer.tar")
	p := newPushing(t, newStrict())
	if err := p.pushEarly(t, image, copied(file)); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
}

func TestEarlyLayersThatCannotBe(t *testing.T) {
	layer := newLayer(t, worthSendingEarly)
	image := newImage(t, layer)
	file := save(t, image.raw, map[string][]byte{"a": layer}, nil, "a")

	t.Run("the engine breaks off", func(t *testing.T) {
		inner, begun := newStrict(), new(atomic.Int32)
		p := newPushing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				begun.Add(1)
			}
			inner.ServeHTTP(w, r)
		}))
		cut := func(_ context.Context, to io.Writer) error {
			content, err := os.ReadFile(file) // #nosec G304 -- of the test's own
			if err != nil {
				return err
			}
			_, err = to.Write(content[:len(content)/2])
			return err
		}
		if err := p.pushEarly(t, image, cut); err == nil || !strings.Contains(err.Error(), "reading what the engine saved: unexpected EOF") {
			t.Error(err)
		}
		if begun.Load() != 1 {
			t.Errorf("what arrived was sent %d times", begun.Load())
		}
		p.missing(t)
	})
	t.Run("the registry refuses it", func(t *testing.T) {
		inner := newStrict()
		p := newPushing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch {
				refuse(w, http.StatusForbidden, "DENIED", "read-only")
				return
			}
			inner.ServeHTTP(w, r)
		}))
		endless := func(ctx context.Context, to io.Writer) error {
			err := copied(file)(ctx, to)
			<-ctx.Done() // as an engine that has more to save
			return errors.Join(err, ctx.Err())
		}
		if err := p.pushEarly(t, image, endless); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Error(err)
		}
		p.missing(t)
	})
}
