package kube

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/api/apitest"
)

func TestAListIsReadPageByPageAndBegunAnewWhenItIsTooOld(t *testing.T) {
	pages := 0
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
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
