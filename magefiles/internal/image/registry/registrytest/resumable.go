package registrytest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Resumable is a registry that keeps what arrived of an upload, and says how much that is. It hangs up in the middle of as
// many parts as it is told.
type Resumable struct {
	http.Handler
	cuts int // how often it hangs up
	each int // after so many bytes

	mu       sync.Mutex
	uploads  map[string]*bytes.Buffer
	Received int // bytes
}

// NewResumable puts such a registry before one that works.
func NewResumable(inner http.Handler, cuts, each int) *Resumable {
	return &Resumable{Handler: inner, cuts: cuts, each: each, uploads: map[string]*bytes.Buffer{}}
}

// Keeping hangs up once, and is such a registry from then on too.
func Keeping(inner http.Handler) http.Handler { return NewResumable(inner, 1, 100<<10) }

func (s *Resumable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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

func (s *Resumable) receive(w http.ResponseWriter, r *http.Request) {
	upload := s.uploads[r.URL.Path]
	if wants := r.Header.Get("Content-Range"); wants != "" && !strings.HasPrefix(wants, fmt.Sprint(upload.Len(), "-")) {
		Refuse(w, http.StatusRequestedRangeNotSatisfiable, "RANGE_INVALID", "out of order")
		return
	}
	var part io.Reader = r.Body
	if s.cuts > 0 {
		part = io.LimitReader(r.Body, int64(s.each))
	}
	n, _ := io.Copy(upload, part)
	s.Received += int(n)
	if s.cuts--; s.cuts >= 0 {
		panic(http.ErrAbortHandler)
	}
	s.state(w, r, http.StatusAccepted)
}

func (s *Resumable) state(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Location", r.URL.Path)
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(0, s.uploads[r.URL.Path].Len()-1)))
	w.WriteHeader(status)
}
