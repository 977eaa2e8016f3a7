// Package informer keeps a copy of what a namespace holds, as client-go's informers do: for each kind one list, then a
// stream of changes. Package watch judges the copy while helm or kubectl works.
//
//	hub := informer.Start(ctx, server, "course") // follows until ctx ends
//	if err := hub.Ready(ctx, 30*time.Second); err != nil { … }
//	for range hub.Changed {
//		judge(hub.Objects())
//	}
package informer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// kind is one that is followed, with its path in the API, and which of its objects are.
type kind struct{ name, group, resource, selector string }

// kinds are those of a hub. The selector has the API server leave out the pods of users: a hub may have hundreds.
var kinds = []kind{
	{"Pod", "api/v1", "pods", diagnosis.GuestSelector},
	{"Event", "api/v1", "events", ""},
	{"Service", "api/v1", "services", ""},
	{"PersistentVolumeClaim", "api/v1", "persistentvolumeclaims", diagnosis.GuestSelector},
	{"Deployment", "apis/apps/v1", "deployments", ""},
	{"ReplicaSet", "apis/apps/v1", "replicasets", ""},
	{"StatefulSet", "apis/apps/v1", "statefulsets", ""},
	{"DaemonSet", "apis/apps/v1", "daemonsets", ""},
	{"Job", "apis/batch/v1", "jobs", ""},
}

// kindsOf are those of what a selector finds, and of what is said in the namespace.
func kindsOf(selector string) []kind {
	return []kind{{"Pod", "api/v1", "pods", selector}, {"Event", "api/v1", "events", ""}, {"PersistentVolumeClaim", "api/v1", "persistentvolumeclaims", selector}}
}

// Informer keeps a copy of what a namespace holds, by a list and a stream of changes for each kind.
type Informer struct {
	Changed chan struct{} // gets a value when anything has changed

	server    *api.Server
	namespace string
	kinds     []kind

	mu        sync.Mutex
	objects   map[string]map[string]*diagnosis.Object // by kind and UID
	forbidden map[string]string                       // by kind: what the API server says
	silent    map[string]silence                      // by kind: the API server does not answer about it
	listed    map[string]bool
	ready     chan struct{} // closed when each kind was listed, or refused
}

// silence is since when, and why, the API server does not answer.
type silence struct {
	since time.Time
	err   error
}

// Start follows a namespace, which need not exist yet, until the context ends.
func Start(ctx context.Context, server *api.Server, namespace string) *Informer {
	return start(ctx, server, namespace, kinds)
}

// StartOf follows the pods and claims in a namespace that a label selector finds, and all events, until the context ends.
func StartOf(ctx context.Context, server *api.Server, namespace, selector string) *Informer {
	return start(ctx, server, namespace, kindsOf(selector))
}

func start(ctx context.Context, server *api.Server, namespace string, kinds []kind) *Informer {
	w := &Informer{
		Changed: make(chan struct{}, 1), server: server, namespace: namespace, kinds: kinds, silent: map[string]silence{},
		objects: map[string]map[string]*diagnosis.Object{}, forbidden: map[string]string{}, listed: map[string]bool{}, ready: make(chan struct{}),
	}
	for _, k := range kinds {
		path := k.group + "/namespaces/" + namespace + "/" + k.resource + "?labelSelector=" + url.QueryEscape(k.selector)
		go w.follow(ctx, k.name, path)
	}
	return w
}

// Ready waits until everything was listed once.
func (w *Informer) Ready(ctx context.Context, patience time.Duration) error {
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(patience):
		_, err := w.Silence()
		return fmt.Errorf("the API server has not answered for %s: %w", patience, err)
	}
}

// Silence is for how long the API server has not answered about any of the kinds, and why; zero and nil if it answers about all: then the copy is new.
func (w *Informer) Silence() (time.Duration, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	longest, why := time.Duration(0), error(nil)
	for _, silent := range w.silent {
		if lasts := time.Since(silent.since); why == nil || lasts > longest {
			longest, why = lasts, silent.err
		}
	}
	return longest, why
}

// Forbidden names the kinds that the account may not watch, each with the API server's refusal.
func (w *Informer) Forbidden() map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.forbidden)
}

// Objects returns what the namespace holds now. The objects are shared and must not be changed.
func (w *Informer) Objects() []*diagnosis.Object {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []*diagnosis.Object
	for _, objects := range w.objects {
		for _, object := range objects {
			all = append(all, object)
		}
	}
	return all
}

// follow lists a kind and then applies its changes; whenever the stream ends, all over again.
func (w *Informer) follow(ctx context.Context, kind, path string) {
	const shortest, longest = 200 * time.Millisecond, 2 * time.Second
	for pause := shortest; ctx.Err() == nil; {
		version, err := w.list(ctx, kind, path)
		if err == nil {
			pause = shortest
			err = w.stream(ctx, kind, path, version)
		}
		if w.note(kind, err) {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, longest)
		}
	}
}

// note remembers that the API server does not answer, or that it refuses a kind: then follow ends. A refusal of what it has listed before is one of those
// that an API server gives while it starts, before it knows its roles.
func (w *Informer) note(kind string, err error) (refused bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	status := (*api.StatusError)(nil)
	switch {
	case err == nil || errors.Is(err, context.Canceled):
	case errors.As(err, &status) && (status.Code == http.StatusForbidden || status.Code == http.StatusNotFound) && !w.listed[kind]:
		w.forbidden[kind] = status.Message
		w.answered(kind)
		return true
	case errors.As(err, &status) && status.Code == http.StatusGone: // too old a version: list again
	default:
		since := time.Now()
		if before, is := w.silent[kind]; is {
			since = before.since
		}
		w.silent[kind] = silence{since, err}
		w.changed()
	}
	return false
}

// answered remembers that the API server has answered about a kind. The lock is held.
func (w *Informer) answered(kind string) {
	delete(w.silent, kind)
	w.listed[kind] = true
	if len(w.listed) == len(w.kinds) {
		select {
		case <-w.ready:
		default:
			close(w.ready)
		}
	}
	w.changed()
}

func (w *Informer) changed() {
	select {
	case w.Changed <- struct{}{}:
	default: // somebody is about to look anyway
	}
}

func (w *Informer) list(ctx context.Context, kind, path string) (version string, err error) {
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
		Items []*diagnosis.Object `json:"items"`
	}
	if err := w.server.Once(ctx, api.Request{Path: path}, &list); err != nil {
		return "", err
	}
	objects := map[string]*diagnosis.Object{}
	for _, object := range list.Items {
		object.Kind = kind // which the items of a list do not say
		objects[object.Metadata.UID] = object
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.objects[kind] = objects
	w.answered(kind)
	return list.Metadata.ResourceVersion, nil
}

// streamFor is how long one stream lasts, in seconds. Then the kind is listed again, which mends what may have been missed.
const streamFor = "240"

func (w *Informer) stream(ctx context.Context, kind, path, version string) error {
	body, err := w.server.Open(ctx, api.Request{Path: path + "&watch=true&timeoutSeconds=" + streamFor + "&resourceVersion=" + version})
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	decoder := json.NewDecoder(body)
	for {
		var change struct {
			Type   string          `json:"type"`
			Object json.RawMessage `json:"object"`
		}
		if err := decoder.Decode(&change); err != nil {
			return nil //nolint:nilerr // streams end; whether the API server is there shows when it is asked again
		}
		if change.Type == "ERROR" {
			return nil
		}
		object := new(diagnosis.Object)
		if err := json.Unmarshal(change.Object, object); err != nil {
			return fmt.Errorf("watching %s: %w", kind, err)
		}
		w.apply(kind, change.Type, object)
	}
}

// apply takes one change into the copy.
func (w *Informer) apply(kind, change string, object *diagnosis.Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	object.Kind = kind
	if change == "DELETED" {
		delete(w.objects[kind], object.Metadata.UID)
	} else {
		w.objects[kind][object.Metadata.UID] = object
	}
	w.changed()
}
