// Package api reaches the API server of one cluster: by requests through one kubectl proxy a run, and by kubectl commands.
// It knows nothing of hubs; packages kube, kube/lock, kube/rights, kube/admission and kube/informer ask through it.
//
//	server := &api.Server{Run: runner, Path: kubectl, Env: access.Env(), Context: access.Context, Scratch: dir, Patience: time.Minute}
//	defer server.Close()
//	var lease struct{ Spec struct{ HolderIdentity string } }
//	err := server.Ask(ctx, api.Request{Path: api.InNamespace("coordination.k8s.io/v1", "course", "leases", "hub-ops")}, &lease)
//	if api.Code(err) == http.StatusNotFound { … }
//
// Three ways lead to an answer: Ask repeats a request while the API server is away, Once does not, Open leaves the
// answer to be read as a stream. All are safe for use by many hubs at once.
package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Server is the API server of the one cluster that this run reaches. The first request starts a kubectl proxy; Close
// ends it.
type Server struct {
	Run  *process.Runner
	Path string   // of kubectl
	Env  []string // variables that lead to the cluster: see access.Access
	// Context is given to the commands that are printed too: whoever repeats one reaches the same cluster or none.
	Context   string
	Scratch   string            // private directory for the proxy's socket
	Patience  time.Duration     // how long an API server that has answered before may be away
	Transport http.RoundTripper // carries the requests instead of a kubectl proxy; nil outside of tests

	mu        sync.Mutex
	proxy     *proxy
	stop      func() // ends the proxy
	resources resourceTable
}

// Version asks the API server for its version, within ten seconds: v1.34.1.
func (s *Server) Version(ctx context.Context) (string, error) {
	const patience = 10 * time.Second
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var version struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := s.Ask(limited, Request{Path: "version"}, &version); err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("nothing comes back within %s", patience)
		}
		return "", exit.Errorf(exit.Setup, "the cluster does not answer: %w", s.Plainly(err)).Try("is it running, and are the credentials still valid?")
	}
	return version.GitVersion, nil
}

// Now is the time by the API server's clock, as far as its answers have told: what it writes on objects is compared with that.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proxy == nil {
		return time.Now()
	}
	return time.Now().Add(time.Duration(s.proxy.ahead.Load()))
}

// Connect starts the proxy if no request has done so yet. It fails if kubectl proxy does not start.
func (s *Server) Connect(ctx context.Context) error {
	_, err := s.connect(ctx)
	return err
}

func (s *Server) connect(ctx context.Context) (*proxy, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proxy != nil {
		return s.proxy, nil
	}
	if s.Transport != nil {
		s.proxy = newProxy("")
		s.proxy.client.Transport = s.Transport
		return s.proxy, nil
	}
	proxy, stop, err := s.startProxy(ctx)
	if err == nil {
		s.proxy, s.stop = proxy, stop
	}
	return proxy, err
}

// Close ends the proxy, if there is one.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
	s.proxy, s.stop = nil, nil
}
