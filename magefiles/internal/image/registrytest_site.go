package image

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// site is a registry at an address, whose behaviour can be changed.
type site struct {
	server  *httptest.Server
	handler atomic.Pointer[http.Handler]
}

func newSite(t *testing.T, handler http.Handler) *site {
	s := new(site)
	s.handler.Store(&handler)
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	s.server.Config.ErrorLog = nil
	t.Cleanup(func() { s.server.Close() })
	return s
}

func (s *site) host() string { return strings.TrimPrefix(s.server.URL, "http://") }

// mend takes the fault away.
func (s *site) mend(t *testing.T, working http.Handler) {
	s.handler.Store(&working)
	if connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", s.host()); err == nil {
		_ = connection.Close()
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", s.host())
	if err != nil {
		t.Fatal(err)
	}
	again := httptest.NewUnstartedServer(s.server.Config.Handler)
	_ = again.Listener.Close()
	again.Listener = listener
	again.Start()
	s.server = again
}

// becomes changes what answers at the address.
func (s *site) becomes(handler http.Handler) { s.handler.Store(&handler) }

// close takes the registry down.
func (s *site) close() { s.server.Close() }
