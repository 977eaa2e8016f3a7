//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// client speaks to the API server.
type client struct{ http *http.Client }

func (k *keeper) client() (*client, error) {
	certificate, err := tls.LoadX509KeyPair(k.plan.Certificate, k.plan.Key)
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(k.plan.Authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, errors.New("no certificate in " + k.plan.Authority)
	}
	dial := k.dialer(apiInside)
	return &client{&http.Client{Transport: &http.Transport{
		DialContext:     func(context.Context, string, string) (net.Conn, error) { return dial() },
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}}, nil
}

// do sends a request, with a body if it is not nil. An answer beyond the 200s is an error.
func (c *client) do(ctx context.Context, method, path, kind string, body any) (io.ReadCloser, error) {
	content := new(bytes.Buffer)
	if body != nil {
		if err := json.NewEncoder(content).Encode(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, "https://"+apiInside+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", kind)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 1<<12))
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, said)
	}
	return response.Body, nil
}

// change sends a request whose answer says nothing that is needed.
func (c *client) change(ctx context.Context, method, path, kind string, body any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := c.do(ctx, method, path, kind, body)
	if err != nil {
		return err
	}
	return answer.Close()
}

const (
	asJSON  = "application/json"
	asPatch = "application/merge-patch+json"
)

// meta is what every object has.
type meta struct {
	Name              string            `json:"name"`
	Namespace         string            `json:"namespace,omitempty"`
	UID               string            `json:"uid,omitempty"`
	ResourceVersion   string            `json:"resourceVersion,omitempty"`
	DeletionTimestamp *time.Time        `json:"deletionTimestamp,omitempty"`
	Annotations       map[string]string `json:"annotations,omitempty"`
	Labels            map[string]string `json:"labels,omitempty"`
}

func (m meta) key() string { return m.Namespace + "/" + m.Name }

// object is of a kind that is followed.
type object interface{ key() string }

// mirror is a copy of all objects of a kind.
type mirror[T object] struct {
	mu    sync.Mutex
	known map[string]T
}

// all returns the objects, in the order of their names.
func (m *mirror[T]) all() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]T, 0, len(m.known))
	for _, key := range slices.Sorted(maps.Keys(m.known)) {
		list = append(list, m.known[key])
	}
	return list
}

func (m *mirror[T]) set(known map[string]T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = known
}

func (m *mirror[T]) put(one T, gone bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if gone {
		delete(m.known, one.key())
		return
	}
	m.known[one.key()] = one
}

// follow keeps the mirror fresh, and calls changed after each change.
func (m *mirror[T]) follow(ctx context.Context, c *client, path string, changed func()) {
	for told := ""; ctx.Err() == nil; {
		err := m.once(ctx, c, path, changed)
		if err != nil && err.Error() != told && !errors.Is(err, io.EOF) {
			told = err.Error()
			log.Printf("following %s: %v", path, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// once lists the objects, and then watches them until the API server ends that.
func (m *mirror[T]) once(ctx context.Context, c *client, path string, changed func()) error {
	answer, err := c.do(ctx, http.MethodGet, path, asJSON, nil)
	if err != nil {
		return err
	}
	var list struct {
		Metadata meta `json:"metadata"`
		Items    []T  `json:"items"`
	}
	err = json.NewDecoder(answer).Decode(&list)
	_ = answer.Close()
	if err != nil {
		return err
	}
	known := map[string]T{}
	for _, one := range list.Items {
		known[one.key()] = one
	}
	m.set(known)
	changed()
	if answer, err = c.do(ctx, http.MethodGet, path+"?watch=1&resourceVersion="+list.Metadata.ResourceVersion, asJSON, nil); err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	for decoder := json.NewDecoder(answer); ; {
		var event struct {
			Type   string `json:"type"`
			Object T      `json:"object"`
		}
		if err := decoder.Decode(&event); err != nil {
			return err
		}
		if event.Type == "ERROR" {
			return nil
		}
		m.put(event.Object, event.Type == "DELETED")
		changed()
	}
}

// bell rings at most once until it is heard: many changes are one reason to look.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// heard calls look after each ring, and every few seconds, for what has failed before.
func (b bell) heard(ctx context.Context, look func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b:
		case <-time.After(3 * time.Second):
		}
		look()
	}
}
