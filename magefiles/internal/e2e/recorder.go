package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/kube/rights"
)

// recorder lays kubeconfig ".tmp/recorded.kubeconfig", which leads to the sandbox's API server by way of a server that notes in ".tmp/rights" what an account
// must be allowed to do for each request, and in ".tmp/unnamed" what mage setup does not ask about.
func recorder(ts *testscript.TestScript, _ bool, _ []string) {
	proxy := apiServer(ts)
	var mu sync.Mutex
	seen := map[string]bool{}
	note := func(file, line string) {
		mu.Lock()
		defer mu.Unlock()
		if seen[file+line] {
			return
		}
		seen[file+line] = true
		to, err := os.OpenFile(ts.MkAbs(".tmp/"+file), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err == nil {
			_, _ = fmt.Fprintln(to, line)
			_ = to.Close()
		}
	}
	for _, file := range []string{"rights", "unnamed"} {
		ts.Check(os.WriteFile(ts.MkAbs(".tmp/"+file), nil, 0o600))
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if words, known := rights.For(r.Method, r.URL); words != "" {
			note("rights", words)
			if !known {
				note("unnamed", words)
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	content := "apiVersion: v1\nkind: Config\ncurrent-context: recorded\nclusters: [{name: recorded, cluster: {server: '" + server.URL + "'}}]\n" +
		"contexts: [{name: recorded, context: {cluster: recorded, user: me}}]\nusers: [{name: me, user: {token: none}}]\n"
	ts.Check(os.WriteFile(ts.MkAbs(".tmp/recorded.kubeconfig"), []byte(content), 0o600))
}

// permitted RIGHT... makes sure that requests have needed each of these, such as "create pods/portforward", and nothing that mage setup does not ask about.
func permitted(ts *testscript.TestScript, _ bool, wanted []string) {
	seen := strings.Split(ts.ReadFile(".tmp/rights"), "\n")
	for _, right := range wanted {
		if !slices.Contains(seen, right) {
			ts.Fatalf("no request has needed to %s; what they needed: %s", right, strings.Join(seen, ", "))
		}
	}
	if unnamed := strings.TrimSpace(ts.ReadFile(".tmp/unnamed")); unnamed != "" {
		ts.Fatalf("mage setup does not ask whether this account may\n%s", unnamed)
	}
}
