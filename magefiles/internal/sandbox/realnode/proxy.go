//go:build linux

package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// cloud are the addresses at which clouds tell a machine its credentials, beside the link-local ones: of Amazon, Google, Alibaba, Oracle and Azure,
// by their manuals of the instance metadata service.
var cloud = []string{"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"}

// mayReach returns an error for an address that no registry has. What listens on this machine for this machine, and what a cloud tells its machines,
// is none of the node's business.
func mayReach(address netip.Addr) error {
	ip := address.Unmap()
	if ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || slices.Contains(cloud, ip.WithZone("").String()) {
		return errors.New("the node may not reach " + ip.String())
	}
	return nil
}

// outside dials an address that a registry may have.
func outside(address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: patience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return mayReach(at.Addr())
	}}
	return dialer.Dial("tcp", address)
}

// proxyOf says by which proxy an address is reached, nil if by none: http.ProxyFromEnvironment.
type proxyOf func(*http.Request) (*url.URL, error)

// serve is the way to public registries for the node, which nothing else leads out of: RFC 9110, "CONNECT".
func (p proxyOf) serve(listener net.Listener) {
	for {
		near, err := listener.Accept()
		if err != nil {
			return
		}
		go p.connect(near)
	}
}

func (p proxyOf) connect(near net.Conn) {
	reader := bufio.NewReader(near)
	request, err := http.ReadRequest(reader)
	if err != nil || request.Method != http.MethodConnect {
		_, _ = io.WriteString(near, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = near.Close()
		return
	}
	far, err := p.dial(request.Host)
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

// dial opens a connection to a registry: by this machine's own proxy where its environment names one for that, and otherwise directly.
func (p proxyOf) dial(address string) (net.Conn, error) {
	proxy, err := p(&http.Request{URL: &url.URL{Scheme: "https", Host: address}})
	if err != nil {
		return nil, err
	}
	if proxy == nil {
		return outside(address)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	for _, at := range known(host) {
		if err := mayReach(at); err != nil {
			return nil, err
		}
	}
	return through(proxy, address)
}

// known are the addresses of a host, none where this machine knows none: behind a proxy it need not know names outside.
func known(host string) []netip.Addr {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	addresses, _ := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	return addresses
}

// through has a proxy open the connection.
func through(proxy *url.URL, address string) (connection net.Conn, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch proxy.Scheme {
	case "http":
		connection, err = new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), "80")))
	case "https":
		connection, err = new(tls.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), "443")))
	default:
		err = fmt.Errorf("a proxy of the kind %s is not used for the node", proxy.Scheme)
	}
	if err != nil {
		return nil, err
	}
	if err := open(connection, proxy.User, address); err != nil {
		_ = connection.Close()
		return nil, fmt.Errorf("by the proxy %s: %w", proxy.Host, err)
	}
	return connection, nil
}

// open asks the proxy at the other end for a connection to an address.
func open(connection net.Conn, user *url.Userinfo, address string) error {
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{}}
	if user != nil {
		password, _ := user.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := request.Write(connection); err != nil {
		return err
	}
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	if reader.Buffered() > 0 {
		return errors.New("it says more than was asked")
	}
	return connection.SetDeadline(time.Time{})
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
