package push

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// A registry whose tags cannot be overwritten takes every image: only the tag for the cache stays where it is, which is told.
func TestTagsThatCannotBeOverwritten(t *testing.T) {
	for _, kind := range registrytest.Immutables {
		t.Run(kind.Name, func(t *testing.T) {
			var refused atomic.Int64
			p := newPushing(t, kind.Wrap(registrytest.NewStrict(), &refused))
			first, second := sourcetest.New(t, sourcetest.Layer(t, 1<<10)), sourcetest.New(t, sourcetest.Layer(t, 11<<20))
			var told []string
			push := func(tag string, image *sourcetest.Memory, existing Existing) (Pushed, error) {
				pusher := p.pusher(image)
				pusher.CacheTagStays = func(hub string, err error) { told = append(told, hub+": "+err.Error()) }
				return pusher.Push(t.Context(), "a", tag, existing)
			}
			if _, err := push("t1", first, RefuseExisting); err != nil || told != nil {
				t.Fatalf("the first: %v, %q", err, told)
			}
			pushed, err := push("t2", second, RefuseExisting)
			if err != nil || len(told) != 1 || !strings.HasPrefix(told[0], "a: ") || !strings.Contains(told[0], "hub-ops-cache") {
				t.Fatalf("another: %v, %q", err, told)
			}
			if p.check(t, "a", "t2"); pushed.Growth != "" {
				t.Errorf("compared with an image that may not be the last one: %s", pushed.Growth)
			}
			before := refused.Load()
			if _, err := push("t1", first, RefuseExisting); err != nil || refused.Load() != before {
				t.Errorf("the same again: %v, and %d requests were refused", err, refused.Load()-before)
			}
			_, err = push("t1", second, ReplaceExisting)
			if exit.Code(err) != exit.Push || !strings.Contains(err.Error(), "the registry lets no tag be overwritten") {
				t.Errorf("replaced: %v", err)
			}
		})
	}
}

// Whatever happens to the tag for the cache, the image is there.
func TestTheCacheTagFailsNoPush(t *testing.T) {
	at := registrytest.Request{Method: http.MethodPut, Path: "/manifests/hub-ops-cache"}
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusInsufficientStorage} {
		p := newPushing(t, registrytest.Answering(at, 0, registrytest.Status(status, "DENIED"))(registrytest.NewStrict()))
		if _, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<10))); err != nil {
			t.Errorf("%d: %v", status, err)
		}
		p.check(t, "a", "t1")
	}
}
