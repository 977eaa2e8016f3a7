//go:build linux

package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"
)

// dial opens a connection somewhere.
type dial func() (net.Conn, error)

// patience is how long a connection may take to be opened.
const patience = 10 * time.Second

// dialer dials an address in the node's network.
func (k *keeper) dialer(address string) dial {
	return func() (connection net.Conn, err error) {
		err = inNetwork(k.network, func() (err error) {
			connection, err = net.DialTimeout("tcp4", address, patience) //nolint:noctx // it has a limit
			return err
		})
		return connection, err
	}
}

// serveRegistry lets the node read from the sandbox's registry, and not write: there this program would count as root. It is asked first for what a registry
// has of which an image was loaded: containerd adds the name of that one (docs/hosts.md of containerd).
func (k *keeper) serveRegistry(listener net.Listener) {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: k.plan.Registry})
	server := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "the node only reads", http.StatusForbidden)
			return
		}
		if other := r.URL.Query().Get("ns"); other != "" && other != k.plan.Registry {
			r.URL.Path = "/v2/" + strings.ReplaceAll(other, ":", "-") + strings.TrimPrefix(r.URL.Path, "/v2")
		}
		proxy.ServeHTTP(w, r)
	})}
	log.Print(server.Serve(listener))
}

// serveInside listens on an address in the node's network, as soon as there is one.
func (k *keeper) serveInside(ctx context.Context, address string, serve func(net.Listener)) {
	for ctx.Err() == nil {
		var listener net.Listener
		err := inNetwork(k.network, func() (err error) {
			listener, err = net.Listen("tcp4", address) //nolint:noctx // it ends with this process
			return err
		})
		if err == nil {
			serve(listener)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// relay connects whoever comes to what to dials.
func relay(listener net.Listener, to dial) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return // it is closed
		}
		go func() {
			far, err := to()
			if err != nil {
				log.Printf("leading %s on: %v", listener.Addr(), err)
				_ = near.Close()
				return
			}
			join(near, near, far)
		}()
	}
}

// join copies in both directions until both have ended. What of near was read already comes from reader.
func join(near net.Conn, reader io.Reader, far net.Conn) {
	done := make(chan struct{})
	go func() {
		_, _ = io.Copy(far, reader)
		closeWrite(far)
		close(done)
	}()
	_, _ = io.Copy(near, far)
	closeWrite(near)
	<-done
	_ = near.Close()
	_ = far.Close()
}

func closeWrite(connection net.Conn) {
	if half, ok := connection.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
