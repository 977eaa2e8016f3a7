package announce

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var told = Deploy{
	Repository: "us/hubs", Commit: "0123456789ab", Run: "travis-12", Page: "https://travis.example.org/12",
	Deployed: []string{"a", "b"}, Failed: []string{"c"}, Why: []string{"c: <!channel> & <https://evil.example.org|click>"},
}

// serve answers with a status, and keeps what was sent.
func serve(t *testing.T, status int) (address string, got func() (header http.Header, path string, body map[string]any)) {
	t.Helper()
	var header http.Header
	var path string
	body := map[string]any{}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, request *http.Request) {
		header, path = request.Header, request.URL.Path
		_ = json.NewDecoder(request.Body).Decode(&body)
		rw.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() (http.Header, string, map[string]any) { return header, path, body }
}

func TestADeployIsToldInEachForm(t *testing.T) {
	address, got := serve(t, http.StatusOK)
	if err := Webhook(t.Context(), address+"/x", "slack", told); err != nil {
		t.Fatal(err)
	}
	_, _, body := got()
	text, _ := body["text"].(string)
	want := "us/hubs travis-12: deployed a, b; failed to deploy c (commit 0123456789ab)\n• c: &lt;!channel&gt; &amp; &lt;https://evil.example.org|click&gt;\nhttps://travis.example.org/12"
	if text != want || body["parse"] != "none" || body["link_names"] != false {
		t.Errorf("got %v", body)
	}

	address, got = serve(t, http.StatusNoContent)
	if err := Webhook(t.Context(), address, "json", told); err != nil {
		t.Fatal(err)
	}
	_, _, body = got()
	if body["commit"] != told.Commit || body["run"] != told.Run || len(body) != 8 {
		t.Errorf("got %v", body)
	}

	address, got = serve(t, http.StatusOK)
	if err := Grafana(t.Context(), address+"/", "a-token", told); err != nil {
		t.Fatal(err)
	}
	header, path, body := got()
	if path != "/api/annotations" || header.Get("Authorization") != "Bearer a-token" || !strings.Contains(body["text"].(string), "failed to deploy c") {
		t.Errorf("got %s %v %v", path, header, body)
	}
}

// Where a cluster cannot be used no hub has failed, and somebody is to know it.
func TestWhatWasNotBegunIsAFailureToldByItself(t *testing.T) {
	address, got := serve(t, http.StatusOK)
	if err := Grafana(t.Context(), address, "a-token", Deploy{Commit: "0123456789ab", Run: "travis-12", NotBegun: []string{"a", "b"}}); err != nil {
		t.Fatal(err)
	}
	_, _, body := got()
	if text, _ := body["text"].(string); text != "travis-12: did not begin a, b (commit 0123456789ab)" || body["tags"].([]any)[1] != "failure" {
		t.Errorf("got %v", body)
	}
}

// The address of a webhook is a secret: no error has it.
func TestWhatFailsIsALineWithoutTheAddress(t *testing.T) {
	broken, _ := serve(t, http.StatusBadGateway)
	leads, _ := serve(t, http.StatusTemporaryRedirect)
	for address, want := range map[string]string{
		broken + "/secret-path": "502", leads + "/secret-path": "307", "http://192.0.2.1/secret-path": "not https", "secret-path": "is none", "https://\x7f/secret-path": "is none",
		"http://127.0.0.1:1/secret-path": "connection refused",
	} {
		err := Webhook(t.Context(), address, "slack", told)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret-path") {
			t.Errorf("%q: got %v, want %q", address, err, want)
		}
	}
}

func TestNobodyWaitsLong(t *testing.T) {
	hangs := make(chan struct{})
	away := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		select {
		case <-hangs:
		case <-request.Context().Done():
		}
	}))
	defer away.Close()
	defer close(hangs)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := Webhook(ctx, away.URL, "json", told); err == nil || !strings.Contains(err.Error(), "does not answer within 5s") {
		t.Error(err)
	}
}
