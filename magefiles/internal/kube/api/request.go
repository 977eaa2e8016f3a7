package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Request is one request to the API server.
type Request struct {
	Method      string // GET if empty
	Path        string // without a leading slash, with the query
	ContentType string // of the body; JSON if empty
	Accept      string // media type of the answer; JSON if empty
	Body        []byte
	As          string // the account in whose name it is sent: kubernetes.io/docs/reference/access-authn-authz/user-impersonation; our own if empty
}

// requestTimeout is how long the API server may take to answer one request that is no stream.
const requestTimeout = 30 * time.Second

// Open sends a request once, without a limit of time, and returns the body of the answer, which the caller closes. An
// answer other than success is a *StatusError.
func (s *Server) Open(ctx context.Context, r Request) (io.ReadCloser, error) {
	p, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	return p.open(ctx, r)
}

func (p *proxy) open(ctx context.Context, r Request) (io.ReadCloser, error) {
	if r.Method == http.MethodDelete && !namesUID(r.Body) {
		return nil, fmt.Errorf("%s is not deleted: the request does not say which object is meant", r.Path)
	}
	request, err := http.NewRequestWithContext(ctx, cmp.Or(r.Method, http.MethodGet), "http://localhost/"+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	const plain = "application/json"
	request.Header.Set("Accept", cmp.Or(r.Accept, plain))
	if r.As != "" {
		request.Header.Set("Impersonate-User", r.As)
	}
	if r.Body != nil {
		request.Header.Set("Content-Type", cmp.Or(r.ContentType, plain))
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, errors.Unwrap(err) // without the address, which means nothing to a reader
	}
	if response.StatusCode < 300 {
		p.reached.Store(true)
		if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
			p.ahead.Store(int64(time.Until(date)))
		}
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

// Once sends a request once and decodes the answer into a value, unless that is nil. It is for what must not be sent
// twice, and for questions whose caller asks again by itself.
func (s *Server) Once(ctx context.Context, r Request, into any) error {
	p, err := s.connect(ctx)
	if err != nil {
		return err
	}
	return p.once(ctx, r, into)
}

func (p *proxy) once(ctx context.Context, r Request, into any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	body, err := p.open(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	if into == nil {
		return nil
	}
	return json.NewDecoder(body).Decode(into)
}

// Ask is Once for a request that may be repeated. If an API server that has answered before is away, restarts or is
// overloaded, Ask repeats the request until Patience has passed.
func (s *Server) Ask(ctx context.Context, r Request, into any) error {
	p, err := s.connect(ctx)
	if err != nil {
		return err
	}
	const shortest, longest = 200 * time.Millisecond, 2 * time.Second
	deadline := time.Now().Add(s.Patience)
	for pause := shortest; ; pause = min(2*pause, longest) {
		err := p.once(ctx, r, into)
		if err == nil || ctx.Err() != nil || !Away(err) || !p.reached.Load() || time.Now().Add(pause).After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
