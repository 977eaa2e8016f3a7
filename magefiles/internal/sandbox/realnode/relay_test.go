//go:build linux

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

func TestNodeReadsTheRegistryAndDoesNotWriteToIt(t *testing.T) {
	var asked []string
	registry := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.Method) }))
	defer registry.Close()
	listener := listen(t)
	keeper := &keeper{plan: &Plan{Registry: strings.TrimPrefix(registry.URL, "http://")}}
	go keeper.serveRegistry(listener)
	for method, want := range map[string]int{http.MethodGet: http.StatusOK, http.MethodPut: http.StatusForbidden, http.MethodPost: http.StatusForbidden, http.MethodDelete: http.StatusForbidden} {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+listener.Addr().String()+"/v2/", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: got %s", method, response.Status)
		}
	}
	if len(asked) != 1 {
		t.Errorf("the registry was asked %v", asked)
	}
}

// What another registry has under a name may have been loaded into the sandbox's, below that registry's name.
func TestNodeAsksForImagesOfOtherRegistriesBelowTheirNames(t *testing.T) {
	var asked []string
	registry := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.URL.Path) }))
	defer registry.Close()
	listener, own := listen(t), strings.TrimPrefix(registry.URL, "http://")
	go (&keeper{plan: &Plan{Registry: own}}).serveRegistry(listener)
	for _, query := range []string{"?ns=" + own, "?ns=registry.example", "?ns=localhost:5000", ""} {
		response, err := http.Get("http://" + listener.Addr().String() + "/v2/us/a/manifests/1" + query) //nolint:noctx // on this machine
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	want := []string{"/v2/us/a/manifests/1", "/v2/registry.example/us/a/manifests/1", "/v2/localhost-5000/us/a/manifests/1", "/v2/us/a/manifests/1"}
	if !slices.Equal(asked, want) {
		t.Errorf("the registry was asked for %q", asked)
	}
}

func TestRelayCopiesBothWaysUntilBothHaveEnded(t *testing.T) {
	far, near := listen(t), listen(t)
	go relay(near, func() (net.Conn, error) { return new(net.Dialer).DialContext(t.Context(), "tcp", far.Addr().String()) })
	go func() {
		connection, err := far.Accept()
		if err != nil {
			return
		}
		said, _ := io.ReadAll(connection)
		_, _ = io.WriteString(connection, "heard "+string(said))
		_ = connection.Close()
	}()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", near.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(connection, "this")
	_ = connection.(*net.TCPConn).CloseWrite()
	if said, err := io.ReadAll(connection); err != nil || string(said) != "heard this" {
		t.Errorf("got %q, %v", said, err)
	}
}
