package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// Two lines as Linux writes them, on a machine with little-endian words: of a connection from 127.0.0.1:40000 to 127.0.0.1:5000 by user
// 1000, and of the same one whose process has closed it.
const (
	header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	open4  = "   1: 0100007F:9C40 0100007F:1388 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 20 4 30 10 -1\n"
	open6  = "   1: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:1388 01 00000000:00000000 00:00000000 00000000  1000        0 4711 1\n"
	closed = "   1: 0100007F:9C40 0100007F:1388 04 00000000:00000000 01:00000014 00000000     0        0 0 3 0000000000000000\n"
)

func TestTheKernelNamesTheUser(t *testing.T) {
	from, to := netip.MustParseAddrPort("127.0.0.1:40000"), netip.MustParseAddrPort("127.0.0.1:5000")
	for name, c := range map[string]struct {
		table    string
		from, to netip.AddrPort
		user     int
		found    bool
	}{
		"open":             {header + open4, from, to, 1000, true},
		"open by IPv6":     {header + open6, from, to, 1000, true},
		"closed":           {header + closed, from, to, 0, false},
		"the other end":    {header + open4, to, from, 0, false},
		"another port":     {header + open4, netip.MustParseAddrPort("127.0.0.1:40001"), to, 0, false},
		"another address":  {header + open4, netip.MustParseAddrPort("127.0.0.2:40000"), to, 0, false},
		"nothing":          {"", from, to, 0, false},
		"the header alone": {header, from, to, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			user, found := userIn(c.table, c.from, c.to)
			if found != c.found || found && user != c.user {
				t.Errorf("got %d, %v", user, found)
			}
		})
	}
}

// The real kernel, about a real connection: it is this user's, and nobody's when it is closed.
func TestAConnectionOfThisUser(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ours, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = theirs.Close() }()
	user, err := userOf(theirs.RemoteAddr().String(), theirs.LocalAddr().String())
	if err != nil || user != os.Geteuid() {
		t.Errorf("user %d, %v", user, err)
	}
	if err := ours.Close(); err != nil {
		t.Fatal(err)
	}
	if user, err := userOf(theirs.RemoteAddr().String(), theirs.LocalAddr().String()); err == nil {
		t.Errorf("a closed connection is user %d's", user)
	}
}

// Each method that is not for reading is for the user alone, and for no page in the user's browser.
func TestWhoMayWrite(t *testing.T) {
	const nobody = 65534
	handler := onlyReadable(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "MOVE"} {
		for who, may := range map[int]bool{0: true, os.Geteuid(): true, nobody: false} {
			for _, origin := range []string{"", "https://page.example"} {
				request := httptest.NewRequestWithContext(context.WithValue(t.Context(), theUser{}, func() (int, error) { return who, nil }), method, "/v2/", nil)
				if origin != "" {
					request.Header.Set("Origin", origin)
				}
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, request)
				want := method == http.MethodGet || method == http.MethodHead || may && origin == ""
				if got := answer.Code == http.StatusOK; got != want || !got && !strings.Contains(answer.Body.String(), `"DENIED"`) {
					t.Errorf("%s by %d from %q: %d %s", method, who, origin, answer.Code, answer.Body)
				}
			}
		}
	}
}
