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
	ts.Check(os.WriteFile(ts.MkAbs("away.kubeconfig"), []byte(byProxy(ts, state(ts).Kubeconfig)), 0o600))
}

// byProxy returns the content of a kubeconfig that leads to the API server of another one by way of a proxy, which obeys the files "away" and
// "slow".
func byProxy(ts *testscript.TestScript, kubeconfig string) string {
	content, err := os.ReadFile(kubeconfig) // #nosec G304 -- a sandbox's
	ts.Check(err)
	_, after, _ := strings.Cut(string(content), "server: ")
	address, _, _ := strings.Cut(after, "\n")
	server, err := url.Parse(strings.TrimSpace(address))
	ts.Check(err)
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	line := line{server: server.Host}
	for file, is := range map[string]*func() bool{"away": &line.away, "slow": &line.slow} {
		*is = func() bool { _, err := os.Stat(ts.MkAbs(file)); return err == nil }
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go line.pass(client)
		}
	}()
	return strings.Replace(string(content), server.Host, listener.Addr().String(), 1)
}

// line is the way to a server.
type line struct {
	server     string
	away, slow func() bool
}

// pass carries a connection to the server, until one of the two ends it, or away says so.
func (l line) pass(client net.Conn) {
	defer func() { _ = client.Close() }()
	if l.away() {
		return
	}
	upstream, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.server)
	if err != nil {
		return
	}
	defer func() { _ = upstream.Close() }()
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{client, upstream}, {upstream, client}} {
		go func() {
			_, _ = io.Copy(way[0], l.at(way[1]))
			ended <- struct{}{}
		}()
	}
	for {
		select {
		case <-ended:
			return
		case <-time.After(50 * time.Millisecond):
			if l.away() {
				return
			}
		}
	}
}

// at is what comes from one of the two, at the pace of the line.
func (l line) at(from io.Reader) io.Reader { return paced{from, l.slow} }

type paced struct {
	from io.Reader
	slow func() bool
}

// Read reads, and takes its time while the line is slow.
func (p paced) Read(buffer []byte) (int, error) {
	n, err := p.from.Read(buffer)
	if p.slow() {
		time.Sleep(50 * time.Millisecond)
	}
	return n, err
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
