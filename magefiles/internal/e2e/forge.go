package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// forge [read-only] starts an API for the comments of pull requests, which is GitHub's and GitLab's, sets GITHUB_API_URL and CI_API_V4_URL to it, and writes the newest comment to comment.md, and each change to forge.log.
func forge(ts *testscript.TestScript, _ bool, args []string) {
	api := &comments{readOnly: len(args) > 0, changed: func(what, body string) {
		_ = os.WriteFile(ts.MkAbs("comment.md"), []byte(body), 0o600)
		log, err := os.OpenFile(ts.MkAbs("forge.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = log.WriteString(what + "\n")
			_ = log.Close()
		}
	}}
	server := httptest.NewServer(api)
	ts.Defer(server.Close)
	ts.Setenv("GITHUB_API_URL", server.URL)
	ts.Setenv("CI_API_V4_URL", server.URL)
}

// comments is the API.
type comments struct {
	readOnly bool
	changed  func(what, body string)

	mu  sync.Mutex
	all []map[string]any
}

func (c *comments) ServeHTTP(rw http.ResponseWriter, request *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const robot = "github-actions[bot]"
	rw.Header().Set("Content-Type", "application/json")
	switch {
	case request.URL.Path == "/user" && request.Header.Get("PRIVATE-TOKEN") == "":
		rw.WriteHeader(http.StatusForbidden)
	case request.URL.Path == "/user":
		_ = json.NewEncoder(rw).Encode(map[string]string{"username": robot})
	case request.Method == http.MethodGet:
		_ = json.NewEncoder(rw).Encode(c.all)
	case c.readOnly:
		rw.WriteHeader(http.StatusForbidden)
		_, _ = rw.Write([]byte(`{"message":"Resource not accessible by integration"}`))
	default:
		var sent struct{ Body string }
		_ = json.NewDecoder(request.Body).Decode(&sent)
		one := map[string]any{"id": 1, "body": sent.Body, "user": map[string]string{"login": robot}}
		if strings.HasPrefix(request.URL.Path, "/projects/") {
			one = map[string]any{"id": 1, "body": sent.Body, "author": map[string]string{"username": robot}}
		}
		c.all = []map[string]any{one}
		c.changed(request.Method+" "+request.URL.Path, sent.Body)
		_, _ = rw.Write([]byte("{}"))
	}
}
