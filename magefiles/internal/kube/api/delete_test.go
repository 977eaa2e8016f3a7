package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/api/apitest"
)

func TestNothingIsDeletedWithoutItsUID(t *testing.T) {
	var bodies []string
	server := apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, r.Method+" "+string(body))
		var options struct{ Preconditions struct{ UID string } }
		if err := json.Unmarshal(body, &options); err != nil || options.Preconditions.UID != "u1" {
			http.Error(w, `{"message":"Precondition failed: UID in precondition"}`, http.StatusConflict)
			return
		}
		_, _ = io.WriteString(w, `{}`)
	})
	const path = "api/v1/namespaces/course/services/hub"
	if err := server.Delete(t.Context(), api.Thing{Path: path}); err == nil || len(bodies) != 0 {
		t.Errorf("without a UID: %v, %q", err, bodies)
	}
	if err := server.Delete(t.Context(), api.Thing{Path: path, UID: "another"}); api.Code(err) != http.StatusConflict {
		t.Errorf("another object: %v", err)
	}
	if err := server.Delete(t.Context(), api.Thing{Path: path, UID: "u1"}); err != nil {
		t.Errorf("%v, %q", err, bodies)
	}
}

// The only way to delete is the one with a UID, also for code that is written later.
func TestARequestThatDeletesNeedsAUID(t *testing.T) {
	server := apitest.Serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.URL) })
	for _, body := range []string{"", "{}", `{"preconditions":{}}`} {
		request := api.Request{Method: http.MethodDelete, Path: "api/v1/namespaces/course", Body: []byte(body)}
		if err := server.Once(t.Context(), request, nil); err == nil {
			t.Errorf("%q was sent", body)
		}
	}
}
