package jupyter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/websocket"

	"hub-ops/magefiles/internal/exit"
)

// RunCell runs code in a new kernel of the default kind in a user's server, and returns when the kernel has answered. It fails if the kernel
// ends, or the code does.
func (h *Hub) RunCell(ctx context.Context, user, code string) error {
	kernels := "user/" + url.PathEscape(user) + "/api/kernels"
	var kernel struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	for {
		err := h.ask(ctx, http.MethodPost, kernels, map[string]any{}, &kernel)
		if err == nil {
			break
		}
		if !passes(err) {
			return h.inWords(err, "has started a server for user "+user+" that starts no kernel")
		}
		if err := wait(ctx); err != nil {
			return err
		}
	}
	connection, err := h.dial(ctx, kernels+"/"+url.PathEscape(kernel.ID)+"/channels")
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = connection.Close() })()
	defer func() { _ = connection.Close() }()
	request := rand.Text()
	if err := websocket.JSON.Send(connection, execute(request, code)); err != nil {
		return h.lost(ctx, kernel.Name, err)
	}
	for {
		var answer message
		if err := websocket.JSON.Receive(connection, &answer); err != nil {
			return h.lost(ctx, kernel.Name, err)
		}
		if done, err := answer.outcome(request, kernel.Name); done || err != nil {
			return err
		}
	}
}

// message is one between a kernel and its client: jupyter-client.readthedocs.io/en/stable/messaging.html.
type message struct {
	Header  header         `json:"header"`
	Parent  header         `json:"parent_header"`
	Meta    map[string]any `json:"metadata"`
	Content map[string]any `json:"content"`
	Channel string         `json:"channel"`
	Buffers []any          `json:"buffers"`
}

type header struct {
	ID      string `json:"msg_id,omitempty"`
	Type    string `json:"msg_type,omitempty"`
	User    string `json:"username,omitempty"`
	Session string `json:"session,omitempty"`
	Version string `json:"version,omitempty"`
}

func execute(id, code string) message {
	return message{
		Header: header{ID: id, Type: "execute_request", User: "hub-ops", Session: id, Version: "5.3"},
		Meta:   map[string]any{}, Channel: "shell", Buffers: []any{},
		Content: map[string]any{"code": code, "silent": false, "store_history": false, "user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": true},
	}
}

// outcome reports whether a message is the answer to the request, or says that there will be none.
func (m message) outcome(request, kernel string) (done bool, err error) {
	text := func(key string) string { said, _ := m.Content[key].(string); return said }
	switch {
	case m.Header.Type == "status" && (text("execution_state") == "dead" || text("execution_state") == "restarting"):
		return false, died(kernel, errors.New("its server says that it has ended"))
	case m.Header.Type != "execute_reply" || m.Parent.ID != request:
		return false, nil
	case text("status") == "ok":
		return true, nil
	}
	return false, exit.Errorf(exit.Rollout, "the first cell fails in kernel %s: %s: %s", kernel, text("ename"), text("evalue")).
		Try("the image's default kernel must be able to compute a product: start it by hand")
}

func died(kernel string, err error) error {
	return exit.Errorf(exit.Rollout, "kernel %s ends before it has run a cell: %w", kernel, err).
		Try("start it in the image by hand; a limit of memory that is too low kills it too")
}

// lost explains a connection to a kernel that has ended.
func (h *Hub) lost(ctx context.Context, kernel string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return died(kernel, fmt.Errorf("the connection to it is lost: %w", err))
}

// dial opens the channels of a kernel.
func (h *Hub) dial(ctx context.Context, path string) (*websocket.Conn, error) {
	address, err := url.Parse(h.URL + path)
	if err != nil {
		return nil, err
	}
	origin := &url.URL{Scheme: address.Scheme, Host: address.Host}
	address.Scheme = "ws" + strings.TrimPrefix(address.Scheme, "http")
	header := http.Header{"Authorization": {"token " + h.Token}}
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address.Host)
	if err == nil {
		stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
		defer stop()
		var channels *websocket.Conn
		channels, err = websocket.NewClient(&websocket.Config{Location: address, Origin: origin, Version: websocket.ProtocolVersionHybi13, Header: header}, connection)
		if err == nil {
			return channels, nil
		}
		_ = connection.Close()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return nil, exit.Errorf(exit.Rollout, "the channels of a kernel cannot be opened: %w", err).
		Try("the user's server, and each proxy before it, must let WebSockets through")
}
