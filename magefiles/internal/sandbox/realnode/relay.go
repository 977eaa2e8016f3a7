//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
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

// cloud are the addresses at which clouds tell a machine its credentials, beside the link-local ones: of Amazon, Google, Alibaba, Oracle and Azure,
// by their manuals of the instance metadata service.
var cloud = []string{"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"}

// outside dials an address that a registry may have. What listens on this machine for this machine, and what a cloud tells its machines, is
// none of the node's business.
func outside(address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := at.Addr().Unmap(); ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || slices.Contains(cloud, ip.WithZone("").String()) {
			return errors.New("the node may not reach " + ip.String())
		}
		return nil
	}}
	return dialer.Dial("tcp", address)
}

// serveRegistry lets the node read from the sandbox's registry, and not write: there this program would count as root.
func (k *keeper) serveRegistry(listener net.Listener) {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: k.plan.Registry})
	server := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "the node only reads", http.StatusForbidden)
			return
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
	if tcp, ok := connection.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// serveProxy is the way to public registries for the node, which nothing else leads out of: RFC 9110, "CONNECT".
func serveProxy(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go connect(near)
	}
}

func connect(near net.Conn) {
	reader := bufio.NewReader(near)
	request, err := http.ReadRequest(reader)
	if err != nil || request.Method != http.MethodConnect {
		_, _ = io.WriteString(near, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = near.Close()
		return
	}
	far, err := outside(request.Host)
	if err != nil {
		_, _ = io.WriteString(near, "HTTP/1.1 502 "+firstLine(err)+"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = near.Close()
		return
	}
	if _, err := io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = near.Close()
		_ = far.Close()
		return
	}
	join(near, reader, far)
}

// firstLine is an error as the status of an answer.
func firstLine(err error) string {
	text := []byte(err.Error())
	for i, letter := range text {
		if letter < ' ' {
			text[i] = ' '
		}
	}
	return string(text)
}
