package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// The lock of a hub is a Lease in its namespace: kubernetes.io/docs/concepts/architecture/leases. Times are those of
// client-go's leader election, whose rules are followed here.
const (
	leaseName     = "hub-ops"
	leaseDuration = 15 * time.Second // without a sign of life, after which the holder is taken for dead
	renewEvery    = 5 * time.Second
	lookEvery     = time.Second // at a lease that somebody else holds
)

// microTime is how Kubernetes writes a MicroTime.
const microTime = "2006-01-02T15:04:05.000000Z07:00"

// lease is what matters here of a coordination.k8s.io/v1 Lease.
type lease struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Metadata   leaseMeta `json:"metadata"`
	Spec       leaseSpec `json:"spec"`
}

type leaseMeta struct {
	Name            string `json:"name"`
	Namespace       string `json:"namespace"`
	ResourceVersion string `json:"resourceVersion,omitempty"` // whoever replaces another than this one is refused
}

type leaseSpec struct {
	Holder      string `json:"holderIdentity"`
	Seconds     int    `json:"leaseDurationSeconds"`
	Acquired    string `json:"acquireTime,omitempty"`
	Renewed     string `json:"renewTime,omitempty"`
	Transitions int    `json:"leaseTransitions"`
}

// heldBy is the lease as a new holder would write it.
func (l lease) heldBy(holder string, now time.Time) lease {
	l.Spec = leaseSpec{
		Holder: holder, Seconds: int(leaseDuration.Seconds()), Transitions: l.Spec.Transitions + 1,
		Acquired: now.UTC().Format(microTime), Renewed: now.UTC().Format(microTime),
	}
	return l
}

// observer judges whether a lease's holder is alive: by whether its lease changes while our own clock runs, and not by
// the times in it, which another machine's clock wrote.
type observer struct {
	last leaseSpec
	seen time.Time // when last was first seen, by our clock
}

// expired notes what a lease says at the given time, and reports whether its holder has given no sign of life for as
// long as a lease lasts.
func (o *observer) expired(spec leaseSpec, now time.Time) bool {
	if o.seen.IsZero() || spec != o.last {
		o.last, o.seen = spec, now
	}
	return now.Sub(o.seen) >= max(leaseDuration, time.Duration(spec.Seconds)*time.Second)
}

const leaseVersion = "coordination.k8s.io/v1"

// lease reads the lease of a hub; found is false if there is none.
func (c *Client) lease(ctx context.Context, namespace string) (l lease, found bool, err error) {
	err = c.ask(ctx, call{path: namespaced(leaseVersion, namespace, "leases", leaseName)}, &l)
	if code(err) == http.StatusNotFound {
		return lease{APIVersion: leaseVersion, Kind: "Lease", Metadata: leaseMeta{Name: leaseName, Namespace: namespace}}, false, nil
	}
	if err != nil {
		return l, false, exit.With(exit.Setup, fmt.Errorf("reading the lock of hub %s: %w", namespace, c.plainly(err)))
	}
	return l, true, nil
}

// create makes a lease that is not there, and returns it as it is then.
func (c *Client) create(ctx context.Context, l lease) (lease, error) {
	return c.write(ctx, http.MethodPost, namespaced(leaseVersion, l.Metadata.Namespace, "leases"), l)
}

// replace writes a lease that is there, and returns it as it is then. It fails if the lease has changed since it was read.
func (c *Client) replace(ctx context.Context, l lease) (lease, error) {
	return c.write(ctx, http.MethodPut, namespaced(leaseVersion, l.Metadata.Namespace, "leases", leaseName), l)
}

func (c *Client) write(ctx context.Context, method, path string, l lease) (written lease, err error) {
	body, err := json.Marshal(l)
	if err != nil {
		return l, err
	}
	err = c.send(ctx, call{method: method, path: path, body: body}, &written)
	return written, err
}
