package kube

import (
	"context"
	"encoding/json"
	"fmt"
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

// lease reads the lease of a hub; found is false if there is none.
func (c *Client) lease(ctx context.Context, namespace string) (l lease, found bool, err error) {
	out, err := c.output(ctx, "get", "leases.coordination.k8s.io", leaseName, "--namespace", namespace, "--ignore-not-found", "--output", "json", "--request-timeout", "10s")
	if err != nil {
		return l, false, exit.With(exit.Setup, fmt.Errorf("reading the lock of hub %s: %w", namespace, err))
	}
	if len(out) == 0 {
		return lease{APIVersion: "coordination.k8s.io/v1", Kind: "Lease", Metadata: leaseMeta{Name: leaseName, Namespace: namespace}}, false, nil
	}
	if err := json.Unmarshal(out, &l); err != nil {
		return l, false, fmt.Errorf("reading the lock of hub %s: %w", namespace, err)
	}
	return l, true, nil
}

// write creates or replaces the lease, and returns it as it is then. A replace fails if the lease has changed since it was read.
func (c *Client) write(ctx context.Context, verb string, l lease) (lease, error) {
	object, err := json.Marshal(l)
	if err != nil {
		return l, err
	}
	version, err := c.send(ctx, verb, object, "jsonpath={.metadata.resourceVersion}")
	if err == nil {
		l.Metadata.ResourceVersion = version
	}
	return l, err
}
