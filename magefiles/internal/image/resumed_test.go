package image

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
)

// resumable is a registry that keeps what arrived of an upload, and says how much that is. It hangs up in the middle of as
// many parts as it is told.
type resumable struct {
	http.Handler
	cuts int // how often it hangs up
	each int // after so many bytes

	mu       sync.Mutex
	uploads  map[string]*bytes.Buffer
	received int // bytes
}

func newResumable(inner http.Handler, cuts, each int) *resumable {
	return &resumable{Handler: inner, cuts: cuts, each: each, uploads: map[string]*bytes.Buffer{}}
}

// keeping hangs up once, and is such a registry from then on too.
func keeping(inner http.Handler) http.Handler { return newResumable(inner, 1, 100<<10) }

func (s *resumable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.URL.Path, "/blobs/uploads/") {
		s.Handler.ServeHTTP(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Method {
	case http.MethodPost:
		w.Header().Set("Location", fmt.Sprint(r.URL.Path, len(s.uploads)))
		s.uploads[fmt.Sprint(r.URL.Path, len(s.uploads))] = new(bytes.Buffer)
		w.WriteHeader(http.StatusAccepted)
	case http.MethodPatch:
		s.receive(w, r)
	case http.MethodGet:
		s.state(w, r, http.StatusNoContent)
	case http.MethodPut: // the registry behind gets it in one piece
		piece := httptest.NewRequestWithContext(r.Context(), http.MethodPost, r.URL.Path[:strings.LastIndex(r.URL.Path, "/")+1]+"?"+r.URL.RawQuery, s.uploads[r.URL.Path])
		s.Handler.ServeHTTP(w, piece)
	}
}

func (s *resumable) receive(w http.ResponseWriter, r *http.Request) {
	upload := s.uploads[r.URL.Path]
	if wants := r.Header.Get("Content-Range"); wants != "" && !strings.HasPrefix(wants, fmt.Sprint(upload.Len(), "-")) {
		refuse(w, http.StatusRequestedRangeNotSatisfiable, "RANGE_INVALID", "out of order")
		return
	}
	var part io.Reader = r.Body
	if s.cuts > 0 {
		part = io.LimitReader(r.Body, int64(s.each))
	}
	n, _ := io.Copy(upload, part)
	s.received += int(n)
	if s.cuts--; s.cuts >= 0 {
		panic(http.ErrAbortHandler)
	}
	s.state(w, r, http.StatusAccepted)
}

func (s *resumable) state(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Location", r.URL.Path)
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(0, s.uploads[r.URL.Path].Len()-1)))
	w.WriteHeader(status)
}

func TestUploadGoesOnWhereItBrokeOff(t *testing.T) {
	const size, each = 3 << 20, 1 << 20
	compressed, err := random.Image(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]Image{
		"compressed while it is sent": newImage(t, newLayer(t, size)),
		"compressed before":           newCompressed(t, compressed),
	} {
		t.Run(name, func(t *testing.T) {
			registry := newResumable(newStrict(), 2, each)
			p := newPushing(t, registry)
			pushed, err := p.pusher(image).Push(t.Context(), "a", "t1", RefuseExisting)
			if err != nil {
				t.Fatal(err)
			}
			p.check(t, "a", "t1")
			if whole := size + size/10; registry.received > whole || pushed.Sent > int64(whole) {
				t.Errorf("the registry got %d bytes, %d are said to be sent, of a layer of %d", registry.received, pushed.Sent, size)
			}
		})
	}
}

func TestRegistryThatKeepsHangingUpIsGivenUp(t *testing.T) {
	p := newPushing(t, newResumable(newStrict(), 1<<10, 1<<10))
	_, err := p.push(t, "a", "t1", newImage(t, newLayer(t, 1<<20)))
	if err == nil {
		t.Fatal("pushed")
	}
	p.missing(t)
}

func TestWhatARegistrySaysOfAnUpload(t *testing.T) {
	for text, want := range map[string]int64{"0-99": 100, "bytes=0-99": 100, "0-0": 0, "": 0, "5-9": 0, "0--1": 0, "0-x": 0} {
		answer := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{"Range": {text}}}
		if arrived, err := arrivedBytes(answer); arrived != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v", text, arrived, err)
		}
	}
	if _, err := arrivedBytes(&http.Response{StatusCode: http.StatusNotFound, Header: http.Header{"Range": {"0-99"}}}); err == nil {
		t.Error("an upload that is not there goes on")
	}
}

// TestPartGoesToNoOtherHost: a registry that is not what it was could send the rest of a layer, and the token, elsewhere.
func TestPartGoesToNoOtherHost(t *testing.T) {
	answers := roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.URL.Host != "registry.example" {
			t.Errorf("%s %s", request.Method, request.URL)
		}
		if request.Method == http.MethodGet {
			return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Header: http.Header{"Range": {"0-9"}, "Location": {"https://other.example/u"}}}, nil
		}
		return nil, io.ErrUnexpectedEOF
	})
	content := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(make([]byte, 100))), nil }
	body, _ := content()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPatch, "https://registry.example/v2/a/blobs/uploads/1", body)
	request.GetBody = content
	backoff := newPushing(t, http.NotFoundHandler()).pusher(nil).Backoff
	response, err := resumed{answers, backoff, func(int64) { t.Error("it goes on") }}.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }
