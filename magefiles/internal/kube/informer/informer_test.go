package informer

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/api/apitest"
)

// apiServer answers lists with one object, and streams with the changes of a channel; other paths are answered by extra.
func apiServer(t *testing.T, changes <-chan string, extra http.HandlerFunc) *api.Server {
	t.Helper()
	return apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/daemonsets"):
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, `{"kind":"Status","message":"daemonsets.apps is forbidden: User \"ci\" cannot list resource \"daemonsets\""}`)
		case !strings.HasSuffix(r.URL.Path, "/pods"):
			extra(w, r)
		case r.URL.Query().Get("watch") == "":
			_, _ = fmt.Fprint(w, `{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a","uid":"a"}}]}`)
		default:
			w.WriteHeader(http.StatusOK)
			for change := range changes {
				_, _ = fmt.Fprintln(w, change)
				w.(http.Flusher).Flush()
			}
		}
	})
}

func names(w *Informer) string {
	var all []string
	for _, object := range w.Objects() {
		all = append(all, object.String())
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

// eventually waits until the watch holds the objects.
func eventually(t *testing.T, w *Informer, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); names(w) != want; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("got %q, want %q", names(w), want)
		}
	}
}

// empty lists nothing, and ends each stream at once.
func empty(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("watch") == "" {
		_, _ = fmt.Fprint(w, `{"items":[]}`)
	}
}

func TestWatchFollowsChanges(t *testing.T) {
	changes := make(chan string)
	defer close(changes)
	w := Start(t.Context(), apiServer(t, changes, empty), "course")
	if err := w.Ready(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	if message := w.Forbidden()["DaemonSet"]; !strings.Contains(message, `User "ci" cannot list`) {
		t.Errorf("what is forbidden: %q", message)
	}
	eventually(t, w, "pod/a")
	changes <- `{"type":"ADDED","object":{"metadata":{"name":"b","uid":"b"}}}`
	eventually(t, w, "pod/a pod/b")
	changes <- `{"type":"DELETED","object":{"metadata":{"name":"a","uid":"a"}}}`
	eventually(t, w, "pod/b")
	// The version is too old, and everything is listed anew.
	changes <- `{"type":"ERROR","object":{"kind":"Status","code":410}}`
	eventually(t, w, "pod/a")
}

func TestSilenceOfTheServerIsNoticedAndItsEndToo(t *testing.T) {
	var down atomic.Bool
	changes := make(chan string)
	close(changes)
	w := Start(t.Context(), apiServer(t, changes, func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			http.Error(w, "dial tcp 10.0.0.1:443: connect: connection refused", http.StatusBadGateway)
			return
		}
		empty(w, r)
	}), "course")
	if err := w.Ready(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	down.Store(true)
	waitFor(t, func() bool {
		_, err := w.Silence()
		return err != nil && err.Error() == "dial tcp 10.0.0.1:443: connect: connection refused"
	})
	down.Store(false)
	waitFor(t, func() bool { _, err := w.Silence(); return err == nil })
}

func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within ten seconds")
		}
	}
}

// An API server that has just started refuses what its roles allow. A copy that stays as it was would say that nothing has changed.
func TestARefusalOfWhatWasListedBeforeIsNotForEver(t *testing.T) {
	var refuses atomic.Bool
	items := atomic.Pointer[string]{}
	old, now := `{"metadata":{"name":"old","uid":"old"}}`, `{"metadata":{"name":"new","uid":"new"}}`
	items.Store(&old)
	w := Start(t.Context(), apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "/pods"):
			empty(w, r)
		case refuses.Load():
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, `{"kind":"Status","message":"RBAC: clusterrole.rbac.authorization.k8s.io not found"}`)
		case r.URL.Query().Get("watch") == "":
			_, _ = fmt.Fprintf(w, `{"metadata":{"resourceVersion":"7"},"items":[%s]}`, *items.Load())
		}
	}), "course")
	if err := w.Ready(t.Context(), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	eventually(t, w, "pod/old")
	refuses.Store(true)
	items.Store(&now)
	waitFor(t, func() bool {
		silence, err := w.Silence()
		return silence > 300*time.Millisecond && err != nil && strings.Contains(err.Error(), "RBAC")
	})
	refuses.Store(false)
	eventually(t, w, "pod/new")
	if silence, err := w.Silence(); silence > 0 || len(w.Forbidden()) > 0 {
		t.Errorf("%s, %v, %v", silence, err, w.Forbidden())
	}
}
