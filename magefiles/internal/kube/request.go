package kube

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// StatusError is a request that the API server has not done.
type StatusError struct {
	Code    int
	Message string
}

func (e *StatusError) Error() string { return e.Message }

// code is how the API server has answered a request that failed; 0 if it did not.
func code(err error) int {
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return status.Code
	}
	return 0
}

// said is what the API server, or kubectl, says of an error.
func said(err error) string {
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return status.Message
	}
	return process.Output(err)
}

// call is one request to the API server.
type call struct {
	method string // GET if empty
	path   string
	kind   string // media type of the body; JSON if empty
	accept string // media type of the answer; JSON if empty
	body   []byte
}

// open sends a request, and returns the body of the answer, which the caller closes.
func (p *Proxy) open(ctx context.Context, c call) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, cmp.Or(c.method, http.MethodGet), "http://localhost/"+c.path, bytes.NewReader(c.body))
	if err != nil {
		return nil, err
	}
	const plain = "application/json"
	request.Header.Set("Accept", cmp.Or(c.accept, plain))
	if c.body != nil {
		request.Header.Set("Content-Type", cmp.Or(c.kind, plain))
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, errors.Unwrap(err) // without the address, which is nobody's
	}
	if response.StatusCode < 300 {
		p.reached.Store(true)
		return response.Body, nil
	}
	if response.StatusCode == http.StatusUnauthorized {
		select {
		case p.again <- struct{}{}:
		default:
		}
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	status := struct{ Message string }{}
	if json.Unmarshal(body, &status) != nil || status.Message == "" {
		status.Message = cmp.Or(strings.TrimSpace(string(body)), response.Status) // kubectl proxy's own: why it gets no answer
	}
	return nil, &StatusError{Code: response.StatusCode, Message: status.Message}
}

// once sends a request and decodes the answer into a value, if it is not nil.
func (p *Proxy) once(ctx context.Context, c call, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	body, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if into == nil {
		return nil
	}
	return json.NewDecoder(body).Decode(into)
}

// get decodes the JSON at a path.
func (p *Proxy) get(ctx context.Context, path string, into any) error {
	return p.once(ctx, call{path: path}, into)
}

// ask is once for what can be asked again: as long as an API server that has answered before is away, restarts or is
// overloaded, it is, for as long as the patience lasts.
func (p *Proxy) ask(ctx context.Context, c call, into any) error {
	const shortest, longest = 200 * time.Millisecond, 2 * time.Second
	deadline := time.Now().Add(p.patience)
	for pause := shortest; ; pause = min(2*pause, longest) {
		err := p.once(ctx, c, into)
		if err == nil || ctx.Err() != nil || !away(err) || !p.reached.Load() || time.Now().Add(pause).After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// away reports whether an error says nothing about the question: there was no answer, or none for now.
func away(err error) bool {
	switch code(err) {
	case 0, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusUnauthorized:
		return true
	}
	return false
}

// metadata is what is common to all objects.
type metadata struct {
	Namespace string            `json:"namespace"`
	Name      string            `json:"name"`
	Labels    map[string]string `json:"labels"`
}

// list returns the metadata of all objects at a path that have the labels: of a Secret nothing else leaves the cluster.
func (p *Proxy) list(ctx context.Context, path, selector string) ([]metadata, error) {
	const page = "500"
	query := url.Values{"labelSelector": {selector}, "limit": {page}}
	var all []metadata
	for {
		var part struct {
			Metadata struct {
				Continue string `json:"continue"`
			} `json:"metadata"`
			Items []struct {
				Metadata metadata `json:"metadata"`
			} `json:"items"`
		}
		err := p.ask(ctx, call{path: path + "?" + query.Encode(), accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}, &part)
		if code(err) == http.StatusGone && query.Has("continue") { // it took too long: all over again
			query.Del("continue")
			all = nil
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, item := range part.Items {
			all = append(all, item.Metadata)
		}
		if part.Metadata.Continue == "" {
			return all, nil
		}
		query.Set("continue", part.Metadata.Continue)
	}
}

// namespaced is the path of what a namespace holds: namespaced("apps/v1", "course", "deployments", "hub").
func namespaced(version, namespace string, rest ...string) string {
	root := "apis/"
	if !strings.Contains(version, "/") {
		root = "api/"
	}
	return fmt.Sprintf("%s%s/namespaces/%s/%s", root, version, namespace, strings.Join(rest, "/"))
}
