package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/websocket"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// hub speaks the part of a JupyterHub's API that health.spawn needs, on port 8000, with a pod for a user's server.
type hub struct {
	image   string
	args    []string
	mu      sync.Mutex
	user    bool
	started bool
	ready   bool
}

// pod asks the API server about the pod of the user's server.
func (h *hub) pod(method, name string, body any) (code int, ip string) {
	read := func(file string) string { content, _ := os.ReadFile(account + file); return string(content) }
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(read("ca.crt")))
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool}}}
	content, _ := json.Marshal(body)
	request, _ := http.NewRequest(method, "https://kubernetes.default.svc/api/v1/namespaces/"+read("namespace")+"/pods"+name, bytes.NewReader(content))
	request.Header.Set("Authorization", "Bearer "+read("token"))
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	var said struct {
		Status struct{ Phase, PodIP string }
	}
	answer, _ := io.ReadAll(response.Body)
	_ = json.Unmarshal(answer, &said)
	if said.Status.Phase == "Failed" || said.Status.Phase == "Succeeded" {
		return http.StatusGone, ""
	}
	return response.StatusCode, said.Status.PodIP
}

const podName = "jupyter-hubopscheck"

func (h *hub) spec() any {
	return map[string]any{
		"metadata": map[string]any{"name": podName, "labels": map[string]string{"component": "singleuser-server", "hub.jupyter.org/username": "hubopscheck"}},
		"spec": map[string]any{"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": []any{
			map[string]any{"name": "notebook", "image": h.image, "args": h.args},
		}},
	}
}

// look brings what the hub knows of the server up to date.
func (h *hub) look() (ip string) {
	if !h.started {
		return ""
	}
	code, ip := h.pod(http.MethodGet, "/"+podName, nil)
	switch {
	case code == http.StatusNotFound:
		h.started, h.ready = false, false
	case code == http.StatusGone && !h.ready:
		h.pod(http.MethodDelete, "/"+podName, nil)
	case ip != "" && !h.ready:
		if connection, err := net.DialTimeout("tcp", ip+":8888", time.Second); err == nil {
			_ = connection.Close()
			h.ready = true
		}
	}
	return ip
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/hub/health" {
		return
	}
	if r.Header.Get("Authorization") != "token "+os.Getenv("TOKEN") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	h.mu.Lock()
	ip := h.look()
	if strings.HasPrefix(r.URL.Path, "/user/hubopscheck/") && ip != "" {
		h.mu.Unlock()
		httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: ip + ":8888"}).ServeHTTP(w, r)
		return
	}
	defer h.mu.Unlock()
	switch r.Method + " " + r.URL.Path {
	case "POST /hub/api/users/hubopscheck":
		if h.user {
			w.WriteHeader(http.StatusConflict)
		}
		h.user = true
	case "GET /hub/api/users/hubopscheck":
		servers := map[string]any{}
		if h.started {
			servers[""] = map[string]any{"ready": h.ready, "pending": map[bool]any{false: "spawn", true: nil}[h.ready]}
		}
		if !h.user {
			w.WriteHeader(http.StatusNotFound)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"servers": servers})
	case "POST /hub/api/users/hubopscheck/server":
		h.pod(http.MethodPost, "", h.spec())
		h.started = true
		w.WriteHeader(http.StatusAccepted)
	case "DELETE /hub/api/users/hubopscheck/server":
		if h.started && !h.ready {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		h.pod(http.MethodDelete, "/"+podName, nil)
		w.WriteHeader(http.StatusAccepted)
	case "DELETE /hub/api/users/hubopscheck":
		h.user = false
		w.WriteHeader(http.StatusNoContent)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// server is a user's server with a kernel, on port 8888. The kernel answers, or dies.
func server(dies bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /user/hubopscheck/api/kernels", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"id": "k", "name": "test"}`)
	})
	mux.Handle("/user/hubopscheck/api/kernels/k/channels", websocket.Handler(func(connection *websocket.Conn) {
		var request struct {
			Header map[string]any `json:"header"`
		}
		if websocket.JSON.Receive(connection, &request) != nil {
			return
		}
		answer := map[string]any{"header": map[string]any{"msg_type": "execute_reply"}, "parent_header": request.Header, "content": map[string]any{"status": "ok"}}
		if dies {
			answer = map[string]any{"header": map[string]any{"msg_type": "status"}, "content": map[string]any{"execution_state": "dead"}}
		}
		_ = websocket.JSON.Send(connection, answer)
		_, _ = io.Copy(io.Discard, connection)
	}))
	return mux
}
