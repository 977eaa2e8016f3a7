// Package lock keeps two runs from changing the same hub. The lock of a hub is a Lease named hub-ops in its namespace:
// whoever holds it renews it every 5 seconds, and loses it after 15 seconds without a renewal.
//
//	locked, held, err := lock.Take(ctx, server, lock.Request{At: layout.Plain("course"), Holder: "travis-12 k3x9", Limit: time.Hour, Waiting: tell})
//	if err != nil { … }
//	defer held.Unlock(ctx)
//	err = deploy(locked) // locked ends, with ErrTaken as its cause, if another run has taken the lock
//
// Deploys, rollbacks and removals take it; nothing else in a namespace does.
package lock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// Lock is a hub that this run alone may change.
type Lock struct {
	server *api.Server
	lease  lease
	stop   context.CancelFunc // ends the renewing
	done   chan struct{}      // closed when it has ended
}

// ErrTaken ends the context of a run whose lock another run has taken, because the lease was not renewed in time.
var ErrTaken = errors.New("another run has taken the lock of this hub")

// Request says which hub is to be locked, and for whom.
type Request struct {
	At     layout.Address // hubs of one namespace share the lock
	Holder string         // names this run and no other one
	// Mark is the mark of the repository if this run deploys: it is put on the lease. A namespace that is not there is made,
	// with the mark on it. Without a mark neither is done.
	Mark    string
	Limit   time.Duration
	Waiting func(holder string) // is called with the name of the run that we wait for
}

// Take waits until no other run works on the hub, at most for the limit, and keeps others from it until Unlock. The
// returned context ends when the lock is lost.
func Take(ctx context.Context, server *api.Server, r Request) (context.Context, *Lock, error) {
	start, watched, told := time.Now(), observer{}, ""
	for {
		current, err := readLease(ctx, server, r.At)
		if err != nil {
			return ctx, nil, err
		}
		if !current.exists() || current.Spec.Holder == "" || watched.expired(current.Spec, time.Now()) {
			taken, err := r.take(ctx, server, current)
			if err == nil {
				locked, lock := hold(ctx, server, taken)
				return locked, lock, nil
			}
			if !lostRace(err) {
				return ctx, nil, exit.With(exit.Setup, fmt.Errorf("locking hub %s: %w", r.At.Hub, server.Plainly(err)))
			}
		} else if told != current.Spec.Holder {
			told = current.Spec.Holder
			r.Waiting(told)
		}
		if time.Since(start) >= r.Limit {
			return ctx, nil, exit.Errorf(exit.Setup, "hub %s is still being changed by %s after %s", r.At.Hub, told, r.Limit).Try("see what that run does, then start this one again (LOCK_TIMEOUT sets how long it waits)")
		}
		select {
		case <-ctx.Done():
			return ctx, nil, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// take writes our name into the lease.
func (r Request) take(ctx context.Context, server *api.Server, current lease) (lease, error) {
	ours := current.heldBy(r.Holder, r.Mark, time.Now())
	if current.exists() {
		return replaceLease(ctx, server, ours)
	}
	taken, err := createLease(ctx, server, ours)
	if api.Code(err) != http.StatusNotFound || r.Mark == "" { // of the namespace
		return taken, err
	}
	namespace, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{
		"name": current.Metadata.Namespace, "labels": map[string]string{history.RepositoryLabel: r.Mark},
	}})
	if err != nil {
		return taken, err
	}
	if err := server.Once(ctx, api.Request{Method: http.MethodPost, Path: "api/v1/namespaces", Body: namespace}, nil); err != nil && !lostRace(err) {
		return taken, err
	}
	return createLease(ctx, server, ours)
}

// lostRace reports whether an object was there already, or had changed.
func lostRace(err error) bool { return api.Code(err) == http.StatusConflict }

// hold renews the lease until the lock is released. The end of ctx does not end the renewing: helm, when it is
// interrupted, still records what became of the release.
func hold(ctx context.Context, server *api.Server, taken lease) (context.Context, *Lock) {
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	locked, lose := context.WithCancelCause(ctx)
	lock := &Lock{server: server, lease: taken, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(lock.done)
		defer lose(nil)
		ticker := time.NewTicker(renewEvery)
		defer ticker.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-ticker.C:
				if lock.renew(renewing) {
					continue
				}
				lose(ErrTaken)
				return
			}
		}
	}()
	return locked, lock
}

// renew renews the lease once, and reports whether the lock is still ours. As long as the API server does not answer,
// nobody else can take it either.
func (l *Lock) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, renewEvery)
	defer cancel()
	l.lease.Spec.Renewed = time.Now().UTC().Format(microTime)
	renewed, err := replaceLease(ctx, l.server, l.lease)
	if err == nil {
		l.lease = renewed
		return true
	}
	current, err := readLease(ctx, l.server, layout.Plain(l.lease.Metadata.Namespace))
	if err != nil || !current.exists() {
		return true
	}
	ours := current.Spec.Holder == l.lease.Spec.Holder
	if ours {
		l.lease.Metadata.ResourceVersion = current.Metadata.ResourceVersion
	}
	return ours
}

// Unlock lets the next run go. If that cannot be written, the lease expires.
func (l *Lock) Unlock(ctx context.Context) {
	l.stop()
	<-l.done
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseDuration)
	defer cancel()
	holder := l.lease.Spec.Holder
	l.lease.Spec.Holder = ""
	if _, err := replaceLease(ctx, l.server, l.lease); err == nil || !lostRace(err) {
		return
	}
	// A renewal that was under way has arrived after all.
	if current, err := readLease(ctx, l.server, layout.Plain(l.lease.Metadata.Namespace)); err == nil && current.exists() && current.Spec.Holder == holder {
		l.lease.Metadata.ResourceVersion = current.Metadata.ResourceVersion
		_, _ = replaceLease(ctx, l.server, l.lease)
	}
}
