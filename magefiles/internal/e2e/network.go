package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// clusterProxy lays a kubeconfig "away.kubeconfig" that leads to the sandbox's API server, by way of a proxy that hangs
// up on everybody as long as there is a file "away".
func clusterProxy(ts *testscript.TestScript, _ bool, _ []string) {
	content, err := os.ReadFile(state(ts).Kubeconfig)
	ts.Check(err)
	_, after, _ := strings.Cut(string(content), "server: ")
	address, _, _ := strings.Cut(after, "\n")
	server, err := url.Parse(strings.TrimSpace(address))
	ts.Check(err)
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	mine := strings.Replace(string(content), server.Host, listener.Addr().String(), 1)
	ts.Check(os.WriteFile(ts.MkAbs("away.kubeconfig"), []byte(mine), 0o600))
	away := func() bool { _, err := os.Stat(ts.MkAbs("away")); return err == nil }
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(client, server.Host, away)
		}
	}()
}

// pass carries a connection to the server, until one of the two ends it, or away says so.
func pass(client net.Conn, server string, away func() bool) {
	defer func() { _ = client.Close() }()
	if away() {
		return
	}
	upstream, err := new(net.Dialer).DialContext(context.Background(), "tcp", server)
	if err != nil {
		return
	}
	defer func() { _ = upstream.Close() }()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{client, upstream}, {upstream, client}} {
		go func() {
			_, _ = io.Copy(way[0], way[1])
			ended <- struct{}{}
		}()
	}
	for {
		select {
		case <-ended:
			return
		case <-time.After(50 * time.Millisecond):
			if away() {
				return
			}
		}
	}
}

// healthy starts a server that the API server's proxy can reach, and that answers at /course/hub/health alone. It puts
// its address and port into the variables HEALTHY_IP and HEALTHY_PORT.
func healthy(ts *testscript.TestScript, _ bool, _ []string) {
	addresses, err := net.InterfaceAddrs()
	ts.Check(err)
	ip := ""
	for _, address := range addresses {
		if network, isIP := address.(*net.IPNet); isIP && network.IP.To4() != nil && !network.IP.IsLoopback() {
			ip = network.IP.String()
		}
	}
	if ip == "" {
		ts.Fatalf("this machine has no address but the loopback's, which no pod may have")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", ip+":0")
	ts.Check(err)
	mux := http.NewServeMux()
	mux.HandleFunc("/course/hub/health", func(http.ResponseWriter, *http.Request) {})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	ts.Defer(func() { _ = server.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	ts.Setenv("HEALTHY_IP", ip)
	ts.Setenv("HEALTHY_PORT", port)
}
