package registrytest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Site is a registry at an address, whose behaviour can be changed.
type Site struct {
	server  *httptest.Server
	handler atomic.Pointer[http.Handler]
}

// NewSite starts a registry on loopback.
func NewSite(t *testing.T, handler http.Handler) *Site {
	s := new(Site)
	s.handler.Store(&handler)
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	s.server.Config.ErrorLog = nil
	t.Cleanup(func() { s.server.Close() })
	return s
}

// Host is its address, with the port.
func (s *Site) Host() string { return strings.TrimPrefix(s.server.URL, "http://") }

// Mend takes the fault away.
func (s *Site) Mend(t *testing.T, working http.Handler) {
	s.handler.Store(&working)
	if connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", s.Host()); err == nil {
		_ = connection.Close()
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", s.Host())
	if err != nil {
		t.Fatal(err)
	}
	again := httptest.NewUnstartedServer(s.server.Config.Handler)
	_ = again.Listener.Close()
	again.Listener = listener
	again.Start()
	s.server = again
}

// Becomes changes what answers at the address.
func (s *Site) Becomes(handler http.Handler) { s.handler.Store(&handler) }

// Close takes the registry down.
func (s *Site) Close() { s.server.Close() }
