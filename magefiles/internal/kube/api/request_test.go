package api_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/api/apitest"
)

func TestAnAPIServerThatWasThereIsWaitedFor(t *testing.T) {
	answers := []int{200, 502, 429, 200}
	var asked int
	server := apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if code := answers[asked-1]; code != 200 {
			http.Error(w, "connection refused", code)
			return
		}
		_, _ = io.WriteString(w, `{"items":[]}`)
	})
	for range 2 {
		if _, err := server.List(t.Context(), "api/v1/secrets", "owner=helm"); err != nil {
			t.Fatal(err)
		}
	}
	if asked != len(answers) {
		t.Errorf("asked %d times", asked)
	}
}

func TestAnAPIServerThatNeverAnsweredIsNot(t *testing.T) {
	start := time.Now()
	server := apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "dial tcp 10.0.0.1:443: connect: connection refused", http.StatusBadGateway)
	})
	_, err := server.List(t.Context(), "api/v1/secrets", "owner=helm")
	if err = server.Unanswered(err); err == nil || err.Error() != "asking the cluster: dial tcp 10.0.0.1:443: connect: connection refused" || time.Since(start) > 3*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestTheTimeIsTheAPIServers(t *testing.T) {
	there := time.Now().Add(3 * time.Hour)
	server := apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", there.UTC().Format(http.TimeFormat))
		_, _ = io.WriteString(w, `{"items":[{"metadata":{"creationTimestamp":"2026-01-01T00:00:00Z","managedFields":[{"time":"2026-01-01T00:00:05Z"},{"time":"2026-01-01T00:00:03Z"}]}}]}`)
	})
	found, err := server.List(t.Context(), "api/v1/secrets", "owner=helm")
	if err != nil || len(found) != 1 || found[0].Changed() != "2026-01-01T00:00:05Z" {
		t.Errorf("%+v, %v", found, err)
	}
	if away := server.Now().Sub(there).Abs(); away > time.Minute {
		t.Errorf("its clock is off by %s", away)
	}
}
