package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// stranger FILE starts a server of somebody's, and puts its address into the variable STRANGER. It asks for a login, refuses everybody, and
// notes in the file each request with the credentials that came with it.
func stranger(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: stranger FILE")
	}
	notes := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(notes, nil, 0o600))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, err := os.OpenFile(notes, os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = fmt.Fprintln(file, r.Method, r.URL.Path, "login="+r.Header.Get("Authorization"), "token="+r.Header.Get("X-Vault-Token"))
			_ = file.Close()
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="stranger"`)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	ts.Defer(server.Close)
	ts.Setenv("STRANGER", strings.TrimPrefix(server.URL, "http://"))
}
