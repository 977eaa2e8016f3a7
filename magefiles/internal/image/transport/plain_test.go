package transport

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// TestAPlainRegistryIsGreetedByTLSOnce counts connections: each TLS greeting takes one of its own, which fails.
func TestAPlainRegistryIsGreetedByTLSOnce(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	image, err := random.Image(10, 1)
	if err != nil {
		t.Fatal(err)
	}
	puller, err := remote.NewPuller(Settings{}.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		ref, err := name.NewTag(fmt.Sprintf("%s/hub-%d:t1", server.Listener.Addr(), i))
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, image); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			connections.Store(0)
		}
		before := connections.Load()
		if _, err := puller.Head(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
		if greeted := connections.Load() - before; i > 0 && greeted > 0 {
			t.Errorf("repository %d took %d new connections", i, greeted)
		}
	}
}

// A host that would not be asked by plain HTTP is greeted by TLS each time.
func TestOtherHostsAreNotRemembered(t *testing.T) {
	asked := 0
	hosts := plainHosts{roundTripper(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, tls.RecordHeaderError{RecordHeader: [5]byte([]byte("HTTP/"))}
	}), new(sync.Map)}
	for host, want := range map[string]int{"127.0.0.1:5000": 1, "registry.example": 3} {
		asked = 0
		for range 3 {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+"/v2/", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if response, err := hosts.RoundTrip(request); err == nil {
				_ = response.Body.Close()
				t.Error("no error")
			}
		}
		if asked != want {
			t.Errorf("%s was greeted %d times, want %d", host, asked, want)
		}
	}
}
