// Package apitest stands in for an API server in tests.
package apitest

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/api"
)

// Serve is an API server for a test: the handler answers in its place until the test ends.
func Serve(t *testing.T, handler http.HandlerFunc) *api.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}}
	return &api.Server{Context: "course", Patience: 5 * time.Second, Transport: transport}
}
