// Package watch looks on while helm or kubectl works on a hub: it tells how far things are, and ends the work as soon as
// it is certain to fail, with the reason.
package watch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/ui"
)

// Watcher is what the watches of a run share.
type Watcher struct {
	Proxy    *kube.Proxy
	Console  *ui.Console
	Mask     func(string) string // removes secrets from a line
	Patience diagnosis.Patience
	Silence  time.Duration // how long the API server may be away
	FailFast bool          // false: only tell

	autoscaled func() bool
	classes    func() []string
}

// Prepare makes the questions to the whole cluster ones that are asked once, and only if they arise.
func (w *Watcher) Prepare(ctx context.Context) *Watcher {
	w.autoscaled = sync.OnceValue(func() bool { return w.Proxy.Autoscaled(ctx) })
	w.classes = sync.OnceValue(func() []string { return w.Proxy.StorageClasses(ctx) })
	return w
}

// Hub is the watch of one hub.
type Hub struct {
	*Watcher
	diagnosis.Scope
	Locate func(text string) string // finds file:line of a text in the hub's files; "" if it is nowhere

	watch   *kube.Watch
	stop    context.CancelFunc
	tracker diagnosis.Tracker
	started time.Time
	told    string    // the last line of progress
	when    time.Time // and when
	known   map[string]bool
}

// synced is how long the first answers of the API server may take.
const synced = 30 * time.Second

// Begin watches a hub. With onlyNew, what is there already proves nothing.
func (w *Watcher) Begin(ctx context.Context, scope diagnosis.Scope, onlyNew bool) (*Hub, error) {
	following, stop := context.WithCancel(ctx)
	h := &Hub{
		Watcher: w, Scope: scope, watch: w.Proxy.Watch(following, scope.Hub), stop: stop,
		tracker: diagnosis.Tracker{Patience: w.Patience}, started: time.Now(), known: map[string]bool{},
	}
	if err := h.watch.Ready(ctx, synced); err != nil {
		stop()
		return nil, fmt.Errorf("watching hub %s: %w", scope.Hub, err)
	}
	for kind, message := range h.watch.Forbidden() {
		w.Console.Problem(scope.Hub, "%s objects are not watched, a diagnosis may miss something: %s", kind, w.Mask(message))
	}
	if onlyNew {
		h.Before = &diagnosis.Snapshot{Objects: h.watch.Objects()}
	}
	return h, nil
}

// Close ends the watch.
func (h *Hub) Close() { h.stop() }

// snapshot is what the namespace holds now, with what the verdicts on it may need of the cluster.
func (h *Hub) snapshot(ctx context.Context) diagnosis.Snapshot {
	s := diagnosis.Snapshot{Objects: h.watch.Objects(), Autoscaled: true}
	holds := func(wanted func(*diagnosis.Object) bool) bool { return slices.ContainsFunc(s.Objects, wanted) }
	if holds(func(o *diagnosis.Object) bool { return o.Unscheduled() }) {
		s.Autoscaled, s.Nodes = h.autoscaled(), h.Proxy.Nodes(ctx)
	}
	if holds(func(o *diagnosis.Object) bool { return o.Kind == "Event" && o.Reason == "ProvisioningFailed" }) {
		s.Classes = h.classes()
	}
	if holds(func(o *diagnosis.Object) bool { return o.Metadata.DeletionTimestamp != "" }) {
		s.Terminates = h.Proxy.Terminates(ctx, h.Hub)
	}
	return s
}
