package jupyter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"hub-ops/magefiles/internal/exit"
)

const secretToken = "token-of-the-service"

// aHub speaks the protocol of a hub and of its users' servers, as JupyterHub 3.0 and notebook 6.4 do. The fields say what goes wrong.
type aHub struct {
	mu      sync.Mutex
	users   map[string]*state
	asked   []string // method and path of each request
	scope   string   // that is lacking
	starts  int      // questions until a server is ready; -1: its start fails
	stops   int      // questions until a server is gone
	slow    int      // answers of 503 before the user's server takes a request
	replies []string // of the kernel; % stands for the request
}

func serve(t *testing.T, hub *aHub) *Hub {
	t.Helper()
	hub.users = map[string]*state{}
	server := httptest.NewServer(hub)
	t.Cleanup(server.Close)
	return &Hub{URL: server.URL + "/course/", Token: secretToken, Service: "hubops"}
}

func (a *aHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, below := strings.CutPrefix(r.URL.Path, "/course/")
	if strings.HasSuffix(path, "/channels") {
		websocket.Handler(a.channels).ServeHTTP(w, r)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.Method+" "+path)
	say := func(code int, message string) {
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]any{"status": code, "message": message})
	}
	user := a.users["ann"]
	switch {
	case !below:
		http.Redirect(w, r, "https://hub.example.org/course/?token=x", http.StatusFound)
	case r.Header.Get("Authorization") != "token "+secretToken && path != "hub/api/user":
		say(http.StatusForbidden, "Action is not authorized with current scopes; requires any of [admin:users]")
	case r.Header.Get("Authorization") != "token "+secretToken:
		say(http.StatusForbidden, "Forbidden")
	case path == "hub/api/user":
		_, _ = fmt.Fprint(w, `{"kind": "service", "name": "hubops"}`)
	case a.scope == "others":
		say(http.StatusNotFound, "No access to resources or resources not found")
	case a.scope != "" && r.Method == http.MethodPost:
		say(http.StatusForbidden, "Action is not authorized with current scopes; requires any of ["+a.scope+"]")
	case path == "hub/api/users/ann" && r.Method == http.MethodPost && user != nil:
		say(http.StatusConflict, "User ann already exists")
	case path == "hub/api/users/ann" && r.Method == http.MethodPost:
		a.users["ann"] = &state{}
		w.WriteHeader(http.StatusCreated)
	case strings.HasPrefix(path, "hub/api/users/ann") && user == nil:
		say(http.StatusNotFound, "Not Found")
	case path == "hub/api/users/ann" && r.Method == http.MethodGet:
		a.tell(w, user)
	case path == "hub/api/users/ann" && r.Method == http.MethodDelete:
		delete(a.users, "ann")
		w.WriteHeader(http.StatusNoContent)
	case path == "hub/api/users/ann/server" && r.Method == http.MethodPost:
		user.Pending = "spawn"
		w.WriteHeader(http.StatusAccepted)
	case path == "hub/api/users/ann/server" && r.Method == http.MethodDelete:
		user.Ready, user.Pending = false, "stop"
		w.WriteHeader(http.StatusAccepted)
	case path == "hub/api/users/ann/server/progress":
		_, _ = fmt.Fprintf(w, "data: {\"progress\": 50, \"message\": \"Server requested\"}\n\ndata: {\"failed\": true, \"message\": \"Spawn failed: no room\"}\n\n")
	case path == "user/ann/api/kernels" && a.slow > 0:
		a.slow--
		say(http.StatusServiceUnavailable, "")
	case path == "user/ann/api/kernels" && user.Ready:
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprint(w, `{"id": "k1", "name": "python3"}`)
	default:
		say(http.StatusBadRequest, "not now: "+r.Method+" "+path)
	}
}

// tell answers how the user is, and lets time go by.
func (a *aHub) tell(w http.ResponseWriter, user *state) {
	switch {
	case user.Pending == "spawn" && a.starts > 0:
		a.starts--
	case user.Pending == "spawn" && a.starts < 0:
		user.Pending = ""
	case user.Pending == "spawn":
		user.Pending, user.Ready = "", true
	case user.Pending == "stop" && a.stops > 0:
		a.stops--
	case user.Pending == "stop":
		user.Pending = ""
	}
	servers := map[string]*state{}
	if user.Ready || user.Pending != "" {
		servers[""] = user
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"name": "ann", "servers": servers})
}

func (a *aHub) channels(connection *websocket.Conn) {
	var request message
	if websocket.JSON.Receive(connection, &request) != nil || request.Content["code"] != "6*7" || connection.Request().Header.Get("Authorization") != "token "+secretToken {
		return
	}
	for _, reply := range a.replies {
		_ = websocket.Message.Send(connection, strings.ReplaceAll(reply, "%", request.Header.ID))
	}
}

const (
	busy   = `{"header": {"msg_type": "status"}, "parent_header": {"msg_id": "%"}, "content": {"execution_state": "busy"}, "channel": "iopub"}`
	other  = `{"header": {"msg_type": "execute_reply"}, "parent_header": {"msg_id": "other"}, "content": {"status": "ok"}, "channel": "shell"}`
	good   = `{"header": {"msg_type": "execute_reply"}, "parent_header": {"msg_id": "%"}, "content": {"status": "ok"}, "channel": "shell"}`
	failed = `{"header": {"msg_type": "execute_reply"}, "parent_header": {"msg_id": "%"}, "content": {"status": "error", "ename": "SyntaxError", "evalue": "invalid"}, "channel": "shell"}`
	dead   = `{"header": {"msg_type": "status"}, "content": {"execution_state": "restarting"}, "channel": "iopub"}`
)

// all is what a check does with a hub.
func all(ctx context.Context, hub *Hub) error {
	if err := hub.AddUser(ctx, "ann"); err != nil {
		return err
	}
	err := hub.Start(ctx, "ann")
	if err == nil {
		err = hub.RunCell(ctx, "ann", "6*7")
	}
	return errors.Join(err, hub.Remove(ctx, "ann"))
}

func TestAServerIsStartedUsedAndRemoved(t *testing.T) {
	protocol := &aHub{starts: 1, stops: 1, slow: 1, replies: []string{busy, other, good}}
	hub := serve(t, protocol)
	if err := all(t.Context(), hub); err != nil {
		t.Fatal(err)
	}
	if len(protocol.users) != 0 {
		t.Errorf("users are left: %v", protocol.users)
	}
	if !slices.Contains(protocol.asked, "DELETE hub/api/users/ann/server") {
		t.Errorf("the server was not stopped: %q", protocol.asked)
	}
	if err := hub.Remove(t.Context(), "ann"); err != nil {
		t.Errorf("removing a user who is not there: %v", err)
	}
}

func TestWhatFailsIsSaidInOneLineWithWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		hub   *aHub
		token string
		base  string
		want  string
	}{
		"token":    {token: "wrong", want: "the hub refuses the token of service hubops: 403 Forbidden; declare the service"},
		"scope":    {hub: &aHub{scope: "admin:users"}, want: "the hub's role for service hubops lacks scope admin:users; give it"},
		"others":   {hub: &aHub{scope: "others"}, want: "the hub's role for service hubops does not reach user ann: 404 "},
		"redirect": {base: "/", want: "the hub leads away from hub/api/users/ann, to https://hub.example.org/course/: 302 "},
		"start":    {hub: &aHub{starts: -1}, want: "the hub has given up the server of user ann: Spawn failed: no room; look at"},
		"cell":     {hub: &aHub{replies: []string{busy, failed}}, want: "the first cell fails in kernel python3: SyntaxError: invalid; "},
		"kernel":   {hub: &aHub{replies: []string{busy, dead}}, want: "kernel python3 ends before it has run a cell: its server says that it has ended; "},
		"lost":     {hub: &aHub{replies: []string{busy}}, want: "kernel python3 ends before it has run a cell: the connection to it is lost: EOF; "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			protocol := c.hub
			if protocol == nil {
				protocol = new(aHub)
			}
			hub := serve(t, protocol)
			if c.token != "" {
				hub.Token = c.token
			}
			if c.base != "" {
				hub.URL = strings.TrimSuffix(hub.URL, "/course/") + c.base
			}
			err := all(t.Context(), hub)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || exit.Remedy(err) == "" {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if text := fmt.Sprint(err); strings.Contains(text, secretToken) || strings.Contains(text, "token=x") {
				t.Errorf("it holds a token: %s", text)
			}
			if len(protocol.users) != 0 {
				t.Errorf("users are left: %v", protocol.users)
			}
		})
	}
}

func TestAUserWhoIsThereIsNoOneElses(t *testing.T) {
	hub := serve(t, &aHub{})
	if err := hub.AddUser(t.Context(), "ann"); err != nil {
		t.Fatal(err)
	}
	if err := hub.AddUser(t.Context(), "ann"); !errors.Is(err, ErrThere) {
		t.Errorf("got %v", err)
	}
}

func TestAWaitEndsWithItsCause(t *testing.T) {
	hub := serve(t, &aHub{starts: 1000})
	if err := hub.AddUser(t.Context(), "ann"); err != nil {
		t.Fatal(err)
	}
	late := errors.New("too late")
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second/5, late)
	defer cancel()
	if err := hub.Start(ctx, "ann"); !errors.Is(err, late) {
		t.Errorf("got %v", err)
	}
}
