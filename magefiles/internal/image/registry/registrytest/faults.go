package registrytest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"
)

// Faulty answers some requests in a registry's place.
type Faulty struct {
	http.Handler
	Fault func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

func (f Faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !f.Fault(w, r) {
		f.Handler.ServeHTTP(w, r)
	}
}

// Request says which requests a fault is for; every field that is set must fit.
type Request struct {
	Method, Path string // Path: a part of it
}

func (q Request) fits(r *http.Request) bool {
	return (q.Method == "" || q.Method == r.Method) && strings.Contains(r.URL.Path, q.Path)
}

// Answering makes the first so many requests that fit get an answer of its own; 0 means all of them.
func Answering(which Request, times int64, answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		var count atomic.Int64
		return Faulty{inner, func(w http.ResponseWriter, r *http.Request) bool {
			if !which.fits(r) || count.Add(1) > times && times > 0 {
				return false
			}
			answer(w, r)
			return true
		}}
	}
}

// Status answers with a code, and what else a registry says with it.
func Status(code int, errorCode string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		Refuse(w, code, errorCode, strings.ToLower(http.StatusText(code)))
	}
}

// Cutting reads a part of what is sent, and ends the connection.
func Cutting(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, 100<<10)
	panic(http.ErrAbortHandler)
}

// Silent reads a part of what is sent, and then neither reads nor answers for longer than the client waits.
func Silent(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, 100<<10)
	time.Sleep(2 * Impatience)
	panic(http.ErrAbortHandler)
}

// Impatience is how long a client of Silent may wait.
const Impatience = time.Second

// TokenRunsOut wraps a registry that wants a bearer token, which it hands out itself; at the first request that fits, the
// token is no longer good. See distribution.github.io/distribution/spec/auth/token.
func TokenRunsOut(at Request) func(http.Handler) http.Handler {
	refused := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token",service="test"`)
		Refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
	}
	return func(inner http.Handler) http.Handler {
		inner = Answering(at, 1, refused)(inner)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/token":
				_, _ = io.WriteString(w, `{"token": "abc"}`)
			case r.Header.Get("Authorization") != "Bearer abc":
				refused(w, r)
			default:
				inner.ServeHTTP(w, r)
			}
		})
	}
}

// Unchanged is no fault.
func Unchanged(inner http.Handler) http.Handler { return inner }

// Busy asks for another try in a second.
func Busy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	Refuse(w, http.StatusTooManyRequests, "TOOMANYREQUESTS", "too many requests")
}

// Corrupting changes a byte of what is sent in the first so many uploads; 0 means all of them.
func Corrupting(times int64) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		var count atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch && (times == 0 || count.Add(1) <= times) {
				content, err := io.ReadAll(r.Body)
				if err != nil {
					return
				}
				content[len(content)/2] ^= 1
				r.Body = io.NopCloser(bytes.NewReader(content))
			}
			inner.ServeHTTP(w, r)
		})
	}
}

// Lying says that a blob is there, of the size that the test gives it.
func Lying(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "12345")
	w.WriteHeader(http.StatusOK)
}

// Forgetful says, once it has the tag, that it names another manifest.
func Forgetful(inner http.Handler) http.Handler {
	var pushed atomic.Bool
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && strings.HasSuffix(r.URL.Path, "/manifests/t1") && pushed.Load() {
			Another(w, r)
			return
		}
		inner.ServeHTTP(w, r)
		pushed.Store(pushed.Load() || r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/manifests/t1"))
	})
}

// Another is the digest of something else.
func Another(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
	w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
	w.Header().Set("Content-Length", "100")
	w.WriteHeader(http.StatusOK)
}

// Slow answers late.
func Slow(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		inner.ServeHTTP(w, r)
	})
}

// Elsewhere sends uploads to a server of its own, which must not get the registry's credentials.
func Elsewhere(inner http.Handler) http.Handler {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			Refuse(w, http.StatusTeapot, "DENIED", "credentials of another host")
			return
		}
		inner.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "b" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			Refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
			return
		}
		inner.ServeHTTP(redirected{w, other.URL}, r)
	})
}

type redirected struct {
	http.ResponseWriter
	to string
}

func (w redirected) WriteHeader(status int) {
	if location := w.Header().Get("Location"); strings.Contains(location, "/uploads/") {
		w.Header().Set("Location", w.to+location)
	}
	w.ResponseWriter.WriteHeader(status)
}
