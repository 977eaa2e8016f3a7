package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// proxy is the run's one `kubectl proxy`: all requests to the API server, and all watches of hubs, go through it. To
// start a kubectl for each question would take longer than all the questions. It listens on a socket in a private
// directory.
type proxy struct {
	client  http.Client
	socket  string
	again   chan struct{} // asks for a new process
	reached atomic.Bool   // the API server has answered before
	ahead   atomic.Int64  // how far its clock is ahead of ours, by its last answer
}

func newProxy(socket string) *proxy { return &proxy{socket: socket, again: make(chan struct{}, 1)} }

// longestSocket is what fits into the address of a Unix socket, less what a system takes for itself.
const longestSocket = 100

// startProxy starts a kubectl proxy and waits until it listens. stop ends it and removes its socket.
func (s *Server) startProxy(ctx context.Context) (p *proxy, stop func(), err error) {
	scratch := s.Scratch
	if len(scratch) > longestSocket-len("/kube-0000000000/socket") {
		scratch = "/tmp"
	}
	dir, err := os.MkdirTemp(scratch, "kube-")
	if err != nil {
		return nil, nil, exit.With(exit.Setup, err)
	}
	p = newProxy(filepath.Join(dir, "socket"))
	p.client.Transport = &http.Transport{
		MaxIdleConnsPerHost: 16,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", p.socket)
		},
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx)) // an interrupted run still asks how its hubs ended
	ended := make(chan error, 1)
	var process sync.WaitGroup
	process.Go(func() { ended <- s.serve(background, p) })
	stop = func() {
		cancel()
		process.Wait()
		p.client.CloseIdleConnections()
		_ = os.RemoveAll(dir)
	}
	if err := p.await(ctx, ended); err != nil {
		stop()
		return nil, nil, err
	}
	return p, stop, nil
}

// serve runs kubectl proxy, and starts it again if it ends, or if its credentials have expired: those in the file may be
// newer.
func (s *Server) serve(ctx context.Context, p *proxy) error {
	for served := false; ; {
		one, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-p.again:
			case <-one.Done():
			}
			cancel()
		}()
		err := s.Run.Run(one, process.Cmd{
			Name: s.Path, Env: s.Env, Quiet: true,
			Args: []string{"proxy", "--unix-socket", p.socket, "--context", s.Context},
		})
		cancel()
		if gone := os.Remove(p.socket); gone == nil {
			served = true
		}
		if !served || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// await waits until the proxy accepts connections. Its socket exists a moment earlier.
func (p *proxy) await(ctx context.Context, ended chan error) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-ended:
			return exit.With(exit.Setup, fmt.Errorf("asking the cluster: %w", err))
		default:
		}
		if connection, err := new(net.Dialer).DialContext(ctx, "unix", p.socket); err == nil {
			return connection.Close()
		}
	}
	return exit.With(exit.Setup, errors.Join(errors.New("asking the cluster: kubectl proxy does not start"), ctx.Err()))
}
