package e2e

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// mortalEngine REQUEST BYTES [UNKNOWN] puts a socket before the Docker engine, sets DOCKER_HOST to it, and lets the engine
// die, as far as anybody can see through that socket, when it has answered so many bytes to a request that holds the text.
// It does not know requests that hold the other text.
func mortalEngine(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	socket := filepath.Join(ts.MkAbs(".tmp"), "engine.sock")
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", socket)
	ts.Check(err)
	engine := &mortal{listener: listener, request: []byte(args[0]), limit: limit}
	if len(args) > 2 {
		engine.unknown = []byte(args[2])
	}
	go engine.serve()
	ts.Defer(engine.die)
	ts.Setenv("DOCKER_HOST", "unix://"+socket)
}

type mortal struct {
	listener net.Listener
	request  []byte
	limit    int64
	unknown  []byte

	mu          sync.Mutex
	connections []net.Conn
}

func (m *mortal) serve() {
	for {
		client, err := m.listener.Accept()
		if err != nil {
			return
		}
		engine, err := (&net.Dialer{}).Dial("unix", "/var/run/docker.sock")
		if err != nil {
			_ = client.Close()
			continue
		}
		m.mu.Lock()
		m.connections = append(m.connections, client, engine)
		m.mu.Unlock()
		marked := make(chan struct{})
		go m.ask(client, engine, marked)
		go m.answer(client, engine, marked)
	}
}

// ask hands on what the client asks, and closes marked when it is the request.
func (m *mortal) ask(client, engine net.Conn, marked chan struct{}) {
	buffer, seen := make([]byte, 32<<10), false
	for {
		n, err := client.Read(buffer)
		if !seen && bytes.Contains(buffer[:n], m.request) {
			seen = true
			close(marked)
		}
		if len(m.unknown) > 0 {
			copy(buffer, bytes.ReplaceAll(buffer[:n], m.unknown, bytes.Repeat([]byte("/"), len(m.unknown))))
		}
		if _, writeErr := engine.Write(buffer[:n]); err != nil || writeErr != nil {
			_ = engine.Close()
			return
		}
	}
}

// answer hands on what the engine answers; of the request not more than the limit.
func (m *mortal) answer(client, engine net.Conn, marked chan struct{}) {
	buffer, answered := make([]byte, 4<<10), int64(0)
	for {
		n, err := engine.Read(buffer)
		select {
		case <-marked:
			answered += int64(n)
		default:
		}
		if answered > m.limit {
			m.die()
			return
		}
		if _, writeErr := client.Write(buffer[:n]); err != nil || writeErr != nil {
			_ = client.Close()
			return
		}
	}
}

func (m *mortal) die() {
	m.mu.Lock()
	defer m.mu.Unlock()
	_ = m.listener.Close()
	for _, connection := range m.connections {
		_ = connection.Close()
	}
}

// refusingRegistry starts a registry that refuses every pull, of "locked" for want of a login and of anything else for
// its rate limit, and puts its address into the variable REFUSING.
func refusingRegistry(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/v2/":
		case strings.Contains(r.URL.Path, "locked"):
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
		default:
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}`)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("REFUSING", strings.TrimPrefix(server.URL, "http://"))
}
