package kube

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Proxy is a `kubectl proxy` for one run: the one process through which the API server is asked, and every hub watched.
// A kubectl a question would cost more than all the questions. It listens on a socket in a private directory, and
// deletes nothing.
type Proxy struct {
	client   http.Client
	socket   string
	again    chan struct{} // asks for a new process
	patience time.Duration // with an API server that has answered before
	reached  atomic.Bool   // it has
	kinds    kindTable
}

// longestSocket is what fits into the address of a Unix socket, less what a system takes for itself.
const longestSocket = 100

// Proxy returns the client's proxy, which is started when it is first needed, and ends with Close or this process.
func (c *Client) Proxy(ctx context.Context) (*Proxy, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proxy != nil {
		return c.proxy, nil
	}
	proxy, stop, err := c.startProxy(ctx)
	if err == nil {
		c.proxy, c.stop = proxy, stop
	}
	return proxy, err
}

// Close ends the proxy, if there is one.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stop != nil {
		c.stop()
	}
	c.proxy, c.stop = nil, nil
}

func (c *Client) startProxy(ctx context.Context) (proxy *Proxy, stop func(), err error) {
	scratch := c.Scratch
	if len(scratch) > longestSocket-len("/kube-0000000000/socket") {
		scratch = "/tmp"
	}
	dir, err := os.MkdirTemp(scratch, "kube-")
	if err != nil {
		return nil, nil, exit.With(exit.Setup, err)
	}
	proxy = &Proxy{socket: filepath.Join(dir, "socket"), again: make(chan struct{}, 1), patience: c.Patience}
	proxy.client.Transport = &http.Transport{
		MaxIdleConnsPerHost: 16,
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
		err := c.Run.Run(one, process.Cmd{
			Name: c.Path, Env: c.Env, Quiet: true,
			Args: []string{"proxy", "--unix-socket", p.socket, "--reject-methods", "^DELETE$", "--context", c.Context},
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

// await waits until somebody listens on the socket, which is there a moment before.
func (p *Proxy) await(ctx context.Context, ended chan error) error {
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

// Log returns the last lines of a container's log, of the one before it if previous.
func (p *Proxy) Log(ctx context.Context, namespace, pod, container string, previous bool, lines int) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	path := fmt.Sprintf("api/v1/namespaces/%s/pods/%s/log?container=%s&previous=%t&tailLines=%d", namespace, pod, container, previous, lines)
	body, err := p.open(ctx, call{path: path, accept: "*/*"})
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
