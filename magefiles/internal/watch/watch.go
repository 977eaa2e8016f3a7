// Package watch follows a hub while helm or kubectl works on it: it writes the progress, and ends the work, with the reason, as
// soon as it is certain to fail. Package kube/informer gives it what the namespace holds, package diagnosis the verdicts on that.
// Package release calls it.
//
//	watcher, err := watch.New(ctx, client, console, redactor.Mask)  // one a run
//	hub, err := watcher.BeginChange(ctx, diagnosis.Scope{Address: layout.Plain("course"), Own: true})
//	defer hub.Close()
//	err = hub.Guard(ctx, func(ctx context.Context) error { return helm.Upgrade(ctx, upgrade) })
//	err = hub.Settle(ctx, 10*time.Minute) // until its new pods have held
//
// Deploy, rollback and rollout work under Guard. Its error is a *diagnosis.Failure if the hub cannot become ready, Settle's if it was
// ready and did not stay so.
package watch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/informer"
	"hub-ops/magefiles/internal/ui"
)

// Watcher is what the watches of a run share. The exported fields are the settings of a hub: a copy with others may be
// made for each.
type Watcher struct {
	Patience diagnosis.Patience // how long each kind of trouble may last
	Silence  time.Duration      // how long the API server may fail to answer
	FailFast bool               // end the work when it is certain to fail; false: only report it
	Hold     diagnosis.Hold     // how long a new pod must go on before it counts

	client  *kube.Client
	console *ui.Console
	mask    func(string) string

	autoscaled func() bool
	classes    func() []string
}

// New makes the watcher of a run, and connects to the API server. mask removes secrets from a line. What concerns the
// whole cluster is asked once, and only if a verdict depends on it.
func New(ctx context.Context, client *kube.Client, console *ui.Console, mask func(string) string) (*Watcher, error) {
	if err := client.Connect(ctx); err != nil {
		return nil, err
	}
	return &Watcher{
		client: client, console: console, mask: mask,
		autoscaled: sync.OnceValue(func() bool { return client.Autoscaled(ctx) }),
		classes:    sync.OnceValue(func() []string { return client.StorageClasses(ctx) }),
	}, nil
}

// Hub is the watch of one hub.
type Hub struct {
	*Watcher
	diagnosis.Scope
	Locate func(text string) string // finds file:line of a text in the hub's files; "" if it is nowhere

	objects *informer.Informer
	hosts   hosts
	stop    context.CancelFunc
	tracker diagnosis.Tracker

	looking  sync.Mutex // of what a look notes, by Guard and by Settle at the same time
	settling diagnosis.Settling
	ends     diagnosis.Ends
	known    map[string]bool // what was reported

	stages  [2]time.Time // when a user's server was first seen to be scheduled, and its image to be there
	started time.Time
	told    string    // the last line of progress
	when    time.Time // and when
}

// synced is how long the first answers of the API server may take.
const synced = 30 * time.Second

// Begin watches a hub, and judges all that its namespace holds.
func (w *Watcher) Begin(ctx context.Context, scope diagnosis.Scope) (*Hub, error) {
	following, stop := context.WithCancel(ctx)
	h := &Hub{
		Watcher: w, Scope: scope, objects: w.follow(following, scope), hosts: hosts{ask: w.client.Host}, stop: stop,
		tracker: diagnosis.Tracker{Patience: w.Patience}, settling: diagnosis.Settling{Hold: w.Hold}, ends: diagnosis.Ends{},
		started: time.Now(), known: map[string]bool{},
	}
	if err := h.objects.Ready(ctx, synced); err != nil {
		stop()
		return nil, fmt.Errorf("watching hub %s: %w", scope.Hub, err)
	}
	for kind, message := range h.objects.Forbidden() {
		w.console.Problem(scope.Hub, "%s objects are not watched, a diagnosis may miss something: %s", kind, w.mask(message))
	}
	h.see(h.snapshot(ctx))
	return h, nil
}

// follow begins to keep a copy of what the scope is about.
func (w *Watcher) follow(ctx context.Context, scope diagnosis.Scope) *informer.Informer {
	if scope.Server != "" {
		return informer.StartOf(ctx, w.client.Server, scope.Namespace, diagnosis.ServerSelector(scope.Server))
	}
	return informer.Start(ctx, w.client.Server, scope.Namespace)
}

// BeginChange watches a hub that is about to be changed. What its namespace holds now says nothing about the change:
// only what comes after counts.
func (w *Watcher) BeginChange(ctx context.Context, scope diagnosis.Scope) (*Hub, error) {
	h, err := w.Begin(ctx, scope)
	if err == nil {
		h.Before = &diagnosis.Snapshot{Objects: h.objects.Objects()}
	}
	return h, err
}

// Close ends the watch.
func (h *Hub) Close() { h.stop() }

// snapshot is what the namespace holds now, with what the verdicts on it may need of the cluster.
func (h *Hub) snapshot(ctx context.Context) diagnosis.Snapshot {
	s := diagnosis.Snapshot{Objects: h.objects.Objects(), Autoscaled: true}
	s.Hosts = h.hosts.of(ctx, diagnosis.Hosted(s.Objects), time.Now())
	holds := func(wanted func(*diagnosis.Object) bool) bool { return slices.ContainsFunc(s.Objects, wanted) }
	if holds(func(o *diagnosis.Object) bool { return o.Unscheduled() }) {
		s.Autoscaled, s.Nodes = h.autoscaled(), h.client.Nodes(ctx)
	}
	if holds(func(o *diagnosis.Object) bool {
		return o.Kind == "Event" && (o.Reason == "ProvisioningFailed" || o.Reason == "FailedBinding")
	}) {
		s.Classes = h.classes()
	}
	if holds(func(o *diagnosis.Object) bool { return o.Kind == "Event" && o.Reason == "FailedBinding" }) {
		s.Volumes = h.client.Volumes(ctx)
	}
	if holds(func(o *diagnosis.Object) bool { return o.Metadata.DeletionTimestamp != "" }) {
		s.Terminates = h.client.Terminates(ctx, h.Namespace)
	}
	s.Ends = h.seenEnds(ctx, s)
	return s
}
