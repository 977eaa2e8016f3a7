package kube

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/api/apitest"
)

func TestAnAPIServerThatWasThereIsWaitedFor(t *testing.T) {
	answers := []int{200, 502, 429, 200}
	var asked int
	client := &Client{apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if code := answers[asked-1]; code != 200 {
			http.Error(w, "connection refused", code)
			return
		}
		_, _ = io.WriteString(w, `{"items":[]}`)
	})}
	for range 2 {
		if _, err := client.Release(t.Context(), "course"); err != nil {
			t.Fatal(err)
		}
	}
	if asked != len(answers) {
		t.Errorf("asked %d times", asked)
	}
}

func TestAnAPIServerThatNeverAnsweredIsNot(t *testing.T) {
	start := time.Now()
	client := &Client{apitest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "dial tcp 10.0.0.1:443: connect: connection refused", http.StatusBadGateway)
	})}
	_, err := client.Releases(t.Context())
	if err == nil || err.Error() != "asking the cluster: dial tcp 10.0.0.1:443: connect: connection refused" || time.Since(start) > 3*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestAListIsReadPageByPageAndBegunAnewWhenItIsTooOld(t *testing.T) {
	pages := 0
	client := &Client{apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		pages++
		if !strings.HasPrefix(r.Header.Get("Accept"), "application/json;as=PartialObjectMetadataList") {
			t.Errorf("the whole objects are asked for")
		}
		page, next := "1", "more"
		if r.URL.Query().Get("continue") != "" {
			page, next = "2", ""
		}
		if pages == 2 {
			w.WriteHeader(http.StatusGone)
			_, _ = io.WriteString(w, `{"message":"too old"}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"metadata":{"continue":%q},"items":[{"metadata":{"namespace":"a","labels":{"name":"a","version":%q,"status":"deployed"}}}]}`, next, page)
	})}
	releases, err := client.Releases(t.Context())
	if err != nil || len(releases["a/a"].Revisions) != 2 || pages != 4 {
		t.Errorf("%d pages, %+v, %v", pages, releases, err)
	}
}
