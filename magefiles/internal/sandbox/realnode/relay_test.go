//go:build linux

package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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

func TestProxyLeadsNotToThisMachine(t *testing.T) {
	target, listener := listen(t), listen(t)
	go serveProxy(listener)
	hosts := []string{target.Addr().String(), "169.254.169.254:80", "localhost:" + strings.Split(target.Addr().String(), ":")[1], "[::ffff:127.0.0.1]:1", "[::ffff:169.254.169.254]:80"}
	for _, address := range cloud {
		hosts = append(hosts, net.JoinHostPort(address, "80"))
	}
	for _, host := range hosts {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, "CONNECT "+host+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(connection).ReadString('\n')
		_ = connection.Close()
		if !strings.Contains(line, "502") || !strings.Contains(line, "may not reach") {
			t.Errorf("%s: got %q", host, line)
		}
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
