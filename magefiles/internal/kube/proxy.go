package kube

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Proxy is a `kubectl proxy` for one run: the one process through which every hub is watched. It listens on a socket in
// a private directory, and passes nothing on that could change the cluster.
type Proxy struct {
	client http.Client
	socket string
	again  chan struct{} // asks for a new process
}

// longestSocket is what fits into the address of a Unix socket, less what a system takes for itself.
const longestSocket = 100

// Proxy starts the process, which ends when stop is called, or with this process.
func (c *Client) Proxy(ctx context.Context, scratch string) (proxy *Proxy, stop func(), err error) {
	if len(scratch) > longestSocket-len("/kube-0000000000/socket") {
		scratch = "/tmp"
	}
	dir, err := os.MkdirTemp(scratch, "kube-")
	if err != nil {
		return nil, nil, exit.With(exit.Setup, err)
	}
	proxy = &Proxy{socket: filepath.Join(dir, "socket"), again: make(chan struct{}, 1)}
	proxy.client.Transport = &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", proxy.socket)
		},
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx)) // it is needed to tell how a run that is interrupted has ended
	ended := make(chan error, 1)
	var process sync.WaitGroup
	process.Go(func() { ended <- c.serve(background, proxy) })
	stop = func() {
		cancel()
		process.Wait()
		proxy.client.CloseIdleConnections()
		_ = os.RemoveAll(dir)
	}
	if err := proxy.await(ctx, ended); err != nil {
		stop()
		return nil, nil, err
	}
	return proxy, stop, nil
}

// serve runs kubectl proxy, and again if it ends, or if its credentials have run out: those in the file may be newer.
func (c *Client) serve(ctx context.Context, p *Proxy) error {
	for served := false; ; {
		one, cancel := context.WithCancel(ctx)
		go func() {
			select {
			case <-p.again:
			case <-one.Done():
			}
			cancel()
		}()
		err := c.Run.Run(one, run.Cmd{
			Name: c.Path, Env: c.Env, Quiet: true,
			Args: []string{"proxy", "--unix-socket", p.socket, "--reject-methods", "^(POST|PUT|PATCH|DELETE)$", "--context", c.Context},
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

// await waits until the socket is there.
func (p *Proxy) await(ctx context.Context, ended chan error) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			return exit.With(exit.Setup, fmt.Errorf("watching the cluster: %w", err))
		default:
		}
		if _, err := os.Stat(p.socket); err == nil {
			return nil
		}
	}
	return exit.With(exit.Setup, errors.Join(errors.New("watching the cluster: kubectl proxy does not start"), ctx.Err()))
}

// StatusError is a request that the API server answered with anything but 200.
type StatusError struct {
	Code    int
	Message string
}

func (e *StatusError) Error() string { return e.Message }

// open asks for a path, whose body the caller closes.
func (p *Proxy) open(ctx context.Context, path string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/"+path, nil)
	if err != nil {
		return nil, err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, errors.Unwrap(err) // without the address, which is nobody's
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	if response.StatusCode == http.StatusUnauthorized {
		select {
		case p.again <- struct{}{}:
		default:
		}
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 16<<10))
	status := struct{ Message string }{}
	if json.Unmarshal(body, &status) != nil || status.Message == "" {
		status.Message = cmp.Or(strings.TrimSpace(string(body)), response.Status) // kubectl proxy's own: why it gets no answer
	}
	return nil, &StatusError{Code: response.StatusCode, Message: status.Message}
}

// get decodes the JSON at a path.
func (p *Proxy) get(ctx context.Context, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	body, err := p.open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	return json.NewDecoder(body).Decode(into)
}

// Log returns the last lines of a container's log, of the one before it if previous.
func (p *Proxy) Log(ctx context.Context, namespace, pod, container string, previous bool, lines int) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := p.open(ctx, fmt.Sprintf("api/v1/namespaces/%s/pods/%s/log?container=%s&previous=%t&tailLines=%d", namespace, pod, container, previous, lines))
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(io.LimitReader(body, 64<<10))
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n"), nil
}
