package setup

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// unusable returns a part of setup that fails on some clusters, and notes where it was done.
func unusable(names string) (do func(context.Context, string) error, done func() string) {
	var mu sync.Mutex
	where := map[string]bool{}
	do = func(_ context.Context, name string) error {
		mu.Lock()
		defer mu.Unlock()
		if where[name] = true; strings.Contains(names, name) {
			return exit.Errorf(exit.Setup, "no answer")
		}
		return nil
	}
	return do, func() string { return strings.Join(slices.Sorted(maps.Keys(where)), " ") }
}

func TestSetupFailsForOneClusterAtItsEnd(t *testing.T) {
	both := []string{"west", "east"}
	r := &run.Run{Session: &session.Session{Console: ui.New(io.Discard, io.Discard, false)}}
	ctx := run.With(t.Context(), r)
	do, _ := unusable("east")
	if err := onClusters(ctx, r, both, do); err != nil {
		t.Errorf("a run for west ends with %v", err)
	}
	do, done := unusable("")
	if err := onClusters(ctx, r, both, do); err != nil || done() != "west" {
		t.Errorf("the next part was done on %s: %v", done(), err)
	}
	err := End(ctx)
	if err == nil || err.Error() != "cluster east: no answer" || exit.Code(err) != exit.Setup {
		t.Errorf("setup ends with %v", err)
	}
	if err := End(run.GoOn(ctx)); err != nil {
		t.Errorf("a run that deploys to west ends with %v", err)
	}
	do, _ = unusable("west")
	if err := onClusters(ctx, r, both, do); err == nil || err.Error() != "cluster west: no answer\ncluster east: no answer" {
		t.Errorf("helm is nowhere, and setup goes on: %v", err)
	}
}

func TestSetupFailsAtOnceWhereNoClusterCanBeUsed(t *testing.T) {
	for want, names := range map[string][]string{
		"no answer": {""},
		"cluster west: no answer\ncluster east: no answer": {"west", "east"},
	} {
		r := &run.Run{Session: &session.Session{Console: ui.New(io.Discard, io.Discard, false)}}
		err := onClusters(t.Context(), r, names, func(context.Context, string) error { return exit.Errorf(exit.Setup, "no answer") })
		if err == nil || err.Error() != want || exit.Code(err) != exit.Setup {
			t.Errorf("%q: got %v", names, err)
		}
	}
}
