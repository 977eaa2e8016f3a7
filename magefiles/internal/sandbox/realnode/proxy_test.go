//go:build linux

package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// asked asks a proxy for a connection, and returns the status of its answer.
func asked(t *testing.T, listener net.Listener, host string) (status string, connection net.Conn) {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, "CONNECT "+host+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(connection)
	status, _ = reader.ReadString('\n')
	_, _ = reader.ReadString('\n')
	return status, connection
}

func TestProxyLeadsNotToThisMachine(t *testing.T) {
	target, listener := listen(t), listen(t)
	go proxyOf(http.ProxyURL(nil)).serve(listener)
	hosts := []string{target.Addr().String(), "169.254.169.254:80", "localhost:" + strings.Split(target.Addr().String(), ":")[1], "[::ffff:127.0.0.1]:1", "[::ffff:169.254.169.254]:80"}
	for _, address := range cloud {
		hosts = append(hosts, net.JoinHostPort(address, "80"))
	}
	for _, host := range hosts {
		line, connection := asked(t, listener, host)
		_ = connection.Close()
		if !strings.Contains(line, "502") || !strings.Contains(line, "may not reach") {
			t.Errorf("%s: got %q", host, line)
		}
	}
}

// Behind a company's proxy, the proxy leads to registries; what no registry has is refused there too.
func TestNodeReachesRegistriesByTheProxyOfThisMachine(t *testing.T) {
	var wanted []string
	company := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wanted = append(wanted, r.Method+" "+r.Host+" "+r.Header.Get("Proxy-Authorization"))
		if r.Host == "closed.invalid:443" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\n\r\n")
		line, _ := bufio.NewReader(connection).ReadString('\n')
		_, _ = io.WriteString(connection, "the registry hears "+line)
		_ = connection.Close()
	}))
	defer company.Close()
	at, err := url.Parse("http://ada:secret@" + company.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	go proxyOf(http.ProxyURL(at)).serve(listener)
	status, connection := asked(t, listener, "registry.invalid:443")
	if !strings.Contains(status, "200") {
		t.Fatal(status)
	}
	if _, err := io.WriteString(connection, "hello\n"); err != nil {
		t.Fatal(err)
	}
	if heard, err := io.ReadAll(connection); err != nil || string(heard) != "the registry hears hello\n" {
		t.Errorf("%q, %v", heard, err)
	}
	for host, want := range map[string]string{"closed.invalid:443": "403 Forbidden", "169.254.169.254:443": "may not reach", "localhost:443": "may not reach"} {
		status, connection := asked(t, listener, host)
		_ = connection.Close()
		if !strings.Contains(status, "502") || !strings.Contains(status, want) {
			t.Errorf("%s: %s", host, status)
		}
	}
	if len(wanted) != 2 || wanted[0] != "CONNECT registry.invalid:443 Basic YWRhOnNlY3JldA==" {
		t.Errorf("the proxy was asked for %q", wanted)
	}
}
