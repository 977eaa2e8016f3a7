package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Lock is a hub that this run alone may change.
type Lock struct {
	client *Client
	lease  lease
	stop   context.CancelFunc // ends the renewing
	done   chan struct{}      // closed when it has ended
}

// ErrTaken ends the context of a run whose lock another run has taken, because it saw no sign of life.
var ErrTaken = errors.New("another run has taken the lock of this hub")

// Lock waits until no other run works on the hub, at most until the limit, and keeps others from it until Unlock. The
// returned context ends when the lock is lost. A namespace that is not there is created. holder names this run and no
// other one; waiting is told whom we wait for.
func (c *Client) Lock(ctx context.Context, hub, holder string, limit time.Duration, waiting func(holder string)) (context.Context, *Lock, error) {
	start, watched, told := time.Now(), observer{}, ""
	for {
		current, found, err := c.lease(ctx, hub)
		if err != nil {
			return ctx, nil, err
		}
		if !found || current.Spec.Holder == "" || watched.expired(current.Spec, time.Now()) {
			taken, err := c.take(ctx, current, found, holder)
			if err == nil {
				locked, lock := c.hold(ctx, taken)
				return locked, lock, nil
			}
			if !lostRace(err) {
				return ctx, nil, exit.With(exit.Setup, fmt.Errorf("locking hub %s: %w", hub, c.plainly(err)))
			}
		} else if told != current.Spec.Holder {
			told = current.Spec.Holder
			waiting(told)
		}
		if time.Since(start) >= limit {
			return ctx, nil, exit.With(exit.Setup, fmt.Errorf("hub %s is still being changed by %s after %s: see what that run does, then start this one again (LOCK_TIMEOUT sets how long it waits)", hub, told, limit))
		}
		select {
		case <-ctx.Done():
			return ctx, nil, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// take writes our name into the lease.
func (c *Client) take(ctx context.Context, current lease, found bool, holder string) (lease, error) {
	ours := current.heldBy(holder, time.Now())
	if found {
		return c.replace(ctx, ours)
	}
	taken, err := c.create(ctx, ours)
	if code(err) != http.StatusNotFound { // of the namespace
		return taken, err
	}
	namespace, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]string{"name": current.Metadata.Namespace}})
	if err != nil {
		return taken, err
	}
	if err := c.send(ctx, call{method: http.MethodPost, path: "api/v1/namespaces", body: namespace}, nil); err != nil && !lostRace(err) {
		return taken, err
	}
	return c.create(ctx, ours)
}

// lostRace reports whether an object was there already, or had changed.
func lostRace(err error) bool { return code(err) == http.StatusConflict }

// hold renews the lease until the lock is released. While it is interrupted helm still records what became of the
// release, so the end of ctx does not end the renewing.
func (c *Client) hold(ctx context.Context, taken lease) (context.Context, *Lock) {
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	locked, lose := context.WithCancelCause(ctx)
	lock := &Lock{client: c, lease: taken, stop: stop, done: make(chan struct{})}
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

// renew gives a sign of life, and reports whether the lock is still ours. As long as the API server does not answer,
// nobody else can take it either.
func (l *Lock) renew(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, renewEvery)
	defer cancel()
	l.lease.Spec.Renewed = time.Now().UTC().Format(microTime)
	renewed, err := l.client.replace(ctx, l.lease)
	if err == nil {
		l.lease = renewed
		return true
	}
	current, found, err := l.client.lease(ctx, l.lease.Metadata.Namespace)
	if err != nil || !found {
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
	if _, err := l.client.replace(ctx, l.lease); err == nil || !lostRace(err) {
		return
	}
	// A renewal that was under way has arrived after all.
	if current, found, err := l.client.lease(ctx, l.lease.Metadata.Namespace); err == nil && found && current.Spec.Holder == holder {
		l.lease.Metadata.ResourceVersion = current.Metadata.ResourceVersion
		_, _ = l.client.replace(ctx, l.lease)
	}
}
