package jupyter

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// ErrThere is the error of adding a user who is there already.
var ErrThere = errors.New("the user is there already")

// pause lies between two questions about a server.
const pause = 500 * time.Millisecond

// AddUser makes a user. It returns ErrThere if the hub has one of that name.
func (h *Hub) AddUser(ctx context.Context, user string) error {
	err := h.ask(ctx, http.MethodPost, of(user), nil, nil)
	switch code(err) {
	case http.StatusConflict:
		return ErrThere
	case http.StatusNotFound: // of a role that is for others
		return exit.Errorf(exit.Rollout, "the hub's role for service %s does not reach user %s: %w", h.Service, user, err).Try("give it scope admin:users!user=%s, in hub.loadRoles of the values", user)
	}
	return h.inWords(err, "does not add user "+user)
}

// state is what the hub says of a user's server.
type state struct {
	Ready   bool   `json:"ready"`
	Pending string `json:"pending"` // "spawn", "stop", or nothing
}

// server asks for the server of a user; nil if there is none.
func (h *Hub) server(ctx context.Context, user string) (*state, error) {
	var answer struct {
		Servers map[string]*state `json:"servers"`
	}
	err := h.ask(ctx, http.MethodGet, of(user), nil, &answer)
	return answer.Servers[""], err
}

// Start starts the server of a user and waits until it is ready, as long as the context lasts.
func (h *Hub) Start(ctx context.Context, user string) error {
	if err := h.ask(ctx, http.MethodPost, of(user, "server"), map[string]any{}, nil); err != nil {
		return h.inWords(err, "does not start a server for user "+user)
	}
	for {
		server, err := h.server(ctx, user)
		switch {
		case err != nil && !passes(err):
			return h.inWords(err, "does not tell how the server of user "+user+" is")
		case err != nil: // asked again
		case server == nil:
			return exit.Errorf(exit.Rollout, "the hub has given up the server of user %s: %s", user, h.lastWords(ctx, user)).
				Try("look at the log of the hub, and of the server while it starts")
		case server.Ready:
			return nil
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
}

// passes reports whether an answer may be another one when the hub is asked again.
func passes(err error) bool {
	return code(err) == http.StatusBadGateway || code(err) == http.StatusServiceUnavailable || code(err) == http.StatusGatewayTimeout
}

func wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(pause):
		return nil
	}
}

// inWords gives an answer that nothing has explained the words of what it was an answer to.
func (h *Hub) inWords(err error, what string) error {
	if refused := (*refusal)(nil); errors.As(err, &refused) {
		return exit.Errorf(exit.Rollout, "the hub %s: %w", what, err).Try("look at the log of the hub")
	}
	return err
}

// lastWords is what the hub said last of a start that has failed.
func (h *Hub) lastWords(ctx context.Context, user string) string {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+of(user, "server", "progress"), nil)
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Authorization", "token "+h.Token)
	response, err := client.Do(request)
	if err != nil {
		return "it does not say why"
	}
	defer func() { _ = response.Body.Close() }()
	said := "it does not say why"
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		var event struct {
			Message string `json:"message"`
			Failed  bool   `json:"failed"`
		}
		data, found := strings.CutPrefix(lines.Text(), "data:")
		if !found || json.Unmarshal([]byte(data), &event) != nil || event.Message == "" {
			continue
		}
		said = strings.Join(strings.Fields(event.Message), " ")
		if event.Failed {
			break
		}
	}
	return said
}

// Remove stops the server of a user, waits until it is gone, and removes the user with what the hub keeps for him. A user who is not there is
// removed. A hub interrupts no start: one that goes on is waited for.
func (h *Hub) Remove(ctx context.Context, user string) error {
	for {
		server, err := h.server(ctx, user)
		switch {
		case code(err) == http.StatusNotFound:
			return nil
		case err != nil && !passes(err):
			return h.inWords(err, "does not tell how the server of user "+user+" is")
		case err != nil:
		case server == nil:
			err := h.ask(ctx, http.MethodDelete, of(user), nil, nil)
			if err == nil || code(err) == http.StatusNotFound {
				return nil
			}
			if !passes(err) && code(err) != http.StatusBadRequest { // a bad request is one while the server stops
				return h.inWords(err, "does not remove user "+user)
			}
		case server.Pending == "": // a hub interrupts neither a start nor a stop
			err := h.ask(ctx, http.MethodDelete, of(user, "server"), nil, nil)
			if err != nil && !passes(err) && code(err) != http.StatusBadRequest && code(err) != http.StatusNotFound {
				return h.inWords(err, "does not stop the server of user "+user)
			}
		}
		if err := wait(ctx); err != nil {
			return exit.Errorf(exit.Rollout, "the hub has not stopped the server of user %s in time: %w", user, err)
		}
	}
}
