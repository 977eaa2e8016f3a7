// Package jupyter asks a JupyterHub's API for a user's server, and runs a cell in it. It starts no program and knows no cluster: how the hub is
// reached, its caller says. Package release calls it.
//
//	hub := &jupyter.Hub{URL: "http://127.0.0.1:41234/course/", Token: token}
//	err := hub.AddUser(ctx, "somebody")
//	defer hub.Remove(ctx, "somebody")
//	err = hub.Start(ctx, "somebody", told) // returns when the server is ready
//	err = hub.RunCell(ctx, "somebody", "6*7")
//
// The API: jupyterhub.readthedocs.io/en/stable/reference/rest-api.html.
package jupyter

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
	"regexp"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Hub is a JupyterHub, and the token of a service that may start servers there.
type Hub struct {
	URL     string // of its proxy, with the base URL and a slash at the end
	Token   string // goes into a header of each request, and nowhere else
	Service string // whose token it is, for errors
}

// Scopes are what the role of the service needs for a user. No other user is in its reach.
func Scopes(user string) []string {
	return []string{"admin:users!user=" + user, "admin:servers!user=" + user, "access:servers!user=" + user}
}

// answerTime is how long a hub may take for one answer: it holds a request for a server's start for ten seconds.
const answerTime = 30 * time.Second

// largest is how much of an answer is read.
const largest = 1 << 20

// client follows no redirect: the token goes to the hub alone.
var client = &http.Client{
	Timeout:       answerTime,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// refusal is an answer other than success.
type refusal struct {
	code int
	says string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.code, r.says) }

// code is the status of an answer that is no success; 0 for anything else.
func code(err error) int {
	if refused := (*refusal)(nil); errors.As(err, &refused) {
		return refused.code
	}
	return 0
}

// ask sends a request to a path below the hub's base URL, and decodes the answer into a value, unless that is nil. A hub says of a token that it
// does not know that it lacks scopes, so it is asked then whose the token is.
func (h *Hub) ask(ctx context.Context, method, path string, body, into any) error {
	err := h.once(ctx, method, path, body, into)
	lacking := (*lack)(nil)
	if !errors.As(err, &lacking) {
		return err
	}
	if unknown := h.once(ctx, http.MethodGet, "hub/api/user", nil, nil); unknown != nil {
		return unknown
	}
	return exit.Errorf(exit.Rollout, "the hub's role for service %s lacks scope %s", h.Service, lacking.scope).
		Try("give it the scopes that the documentation of health.spawn names, in hub.loadRoles of the values, and deploy again")
}

func (h *Hub) once(ctx context.Context, method, path string, body, into any) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, h.URL+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "token "+h.Token)
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return exit.Errorf(exit.Rollout, "%s is not answered: %w", path, plainly(err)).Try("look at the logs of the hub and of its proxy")
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, largest))
	switch {
	case err != nil:
		return exit.Errorf(exit.Rollout, "the answer to %s breaks off: %w", path, err).Try("look at the logs of the hub and of its proxy")
	case response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusMultipleChoices:
		return h.refused(path, response, answer)
	case into == nil:
		return nil
	case json.Unmarshal(answer, into) != nil:
		return exit.Errorf(exit.Rollout, "what answers at %s is no JupyterHub", path).Try("set health.service to the hub's proxy")
	}
	return nil
}

// lack is the answer that a token has not the scope for what was asked.
type lack struct{ scope string }

func (l *lack) Error() string { return "lacks scope " + l.scope }

// plainly is the error of a request without its address.
func plainly(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// wanted finds the scopes that the hub names when it refuses a request.
var wanted = regexp.MustCompile(`requires any of \[([^\]]*)\]`)

// refused explains an answer that is no success. What its caller may expect stays a refusal.
func (h *Hub) refused(path string, response *http.Response, answer []byte) error {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(answer, &said) != nil {
		said.Message = ""
	}
	refused := &refusal{response.StatusCode, cmp.Or(said.Message, http.StatusText(response.StatusCode))}
	match := wanted.FindStringSubmatch(refused.says)
	switch {
	case refused.code >= http.StatusMultipleChoices && refused.code < http.StatusBadRequest:
		return exit.Errorf(exit.Rollout, "the hub leads away from %s, to %s: %s", path, target(response), refused).
			Try("set health.service to the port of its proxy that speaks HTTP, as http:proxy-http:8000")
	case match != nil:
		return &lack{match[1]}
	case refused.code == http.StatusUnauthorized || refused.code == http.StatusForbidden:
		return exit.Errorf(exit.Rollout, "the hub refuses the token of service %s: %s", h.Service, refused).
			Try("declare the service in hub.services of the values, and let health.spawn_from name its token; a hub that runs since before must be restarted")
	}
	return refused
}

// target is where an answer leads, without a query: it may hold what is secret.
func target(response *http.Response) string {
	location, err := url.Parse(response.Header.Get("Location"))
	if err != nil {
		return "somewhere"
	}
	location.RawQuery, location.User = "", nil
	return cmp.Or(location.String(), "somewhere")
}

// of is the path of a user in the hub's API.
func of(user string, rest ...string) string {
	return strings.Join(append([]string{"hub/api/users", url.PathEscape(user)}, rest...), "/")
}
