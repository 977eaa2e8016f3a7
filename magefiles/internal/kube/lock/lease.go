package lock

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// kubernetes.io/docs/concepts/architecture/leases describes Leases. The times are those of client-go's leader election,
// and so are the rules.
const (
	leaseName     = "hub-ops"
	leaseDuration = 15 * time.Second // a holder that has not renewed its lease for so long is taken for dead
	longestLease  = time.Minute      // whatever a lease says: whoever may write to the namespace may have written it
	renewEvery    = 5 * time.Second
	lookEvery     = time.Second // how often a run looks at a lease that another run holds
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

// leaseMeta keeps what replaces the lease from taking away what others have put on it. The API server refuses to replace a lease
// of another UID or version.
type leaseMeta struct {
	Name            string            `json:"name"`
	Namespace       string            `json:"namespace"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	Annotations     map[string]string `json:"annotations,omitempty"`
}

type leaseSpec struct {
	Holder      string `json:"holderIdentity"`
	Seconds     int    `json:"leaseDurationSeconds"`
	Acquired    string `json:"acquireTime,omitempty"`
	Renewed     string `json:"renewTime,omitempty"`
	Transitions int    `json:"leaseTransitions"`
}

// heldBy is the lease as a new holder would write it, with the mark of the repository that deploys, if one does.
func (l lease) heldBy(holder, mark string, now time.Time) lease {
	if mark != "" {
		l.Metadata.Labels = maps.Clone(l.Metadata.Labels)
		if l.Metadata.Labels == nil {
			l.Metadata.Labels = map[string]string{}
		}
		l.Metadata.Labels[history.RepositoryLabel] = mark
	}
	l.Spec = leaseSpec{
		Holder: holder, Seconds: int(leaseDuration.Seconds()), Transitions: l.Spec.Transitions + 1,
		Acquired: now.UTC().Format(microTime), Renewed: now.UTC().Format(microTime),
	}
	return l
}

// observer judges whether the holder of a lease is alive. It watches whether the lease changes while our own clock runs;
// the times in the lease do not count, for another machine's clock wrote them.
type observer struct {
	last leaseSpec
	seen time.Time // when last was first seen, by our clock
}

// expired notes what a lease says at the given time, and reports whether its holder has not renewed it for as long as a
// lease lasts, which is at most longestLease.
func (o *observer) expired(spec leaseSpec, now time.Time) bool {
	if o.seen.IsZero() || spec != o.last {
		o.last, o.seen = spec, now
	}
	said := time.Duration(min(spec.Seconds, int(longestLease.Seconds()))) * time.Second
	return now.Sub(o.seen) >= max(leaseDuration, said)
}

const leaseVersion = "coordination.k8s.io/v1"

// readLease reads the lease of a hub; without one it returns a lease that can be created. See lease.exists.
func readLease(ctx context.Context, server *api.Server, at layout.Address) (l lease, err error) {
	err = server.Ask(ctx, api.Request{Path: api.InNamespace(leaseVersion, at.Namespace, "leases", leaseName)}, &l)
	if api.Code(err) == http.StatusNotFound {
		return lease{APIVersion: leaseVersion, Kind: "Lease", Metadata: leaseMeta{Name: leaseName, Namespace: at.Namespace}}, nil
	}
	if err != nil {
		return l, exit.With(exit.Setup, fmt.Errorf("reading the lock of hub %s: %w", at.Hub, server.Plainly(err)))
	}
	return l, nil
}

// Mark is the mark of the repository that has deployed into the namespace, "" if none has: it stays on the lease when the lock
// is released, and when the release is gone.
func Mark(ctx context.Context, server *api.Server, namespace string) (string, error) {
	l, err := readLease(ctx, server, layout.Plain(namespace))
	return l.Metadata.Labels[history.RepositoryLabel], err
}

// exists reports whether the lease was read from the cluster.
func (l lease) exists() bool { return l.Metadata.ResourceVersion != "" }

// createLease makes a lease that is not there, and returns it as it is then.
func createLease(ctx context.Context, server *api.Server, l lease) (lease, error) {
	return writeLease(ctx, server, http.MethodPost, api.InNamespace(leaseVersion, l.Metadata.Namespace, "leases"), l)
}

// replaceLease writes a lease that is there, and returns it as it is then. It fails if the lease has changed since it was
// read.
func replaceLease(ctx context.Context, server *api.Server, l lease) (lease, error) {
	return writeLease(ctx, server, http.MethodPut, api.InNamespace(leaseVersion, l.Metadata.Namespace, "leases", leaseName), l)
}

func writeLease(ctx context.Context, server *api.Server, method, path string, l lease) (written lease, err error) {
	body, err := json.Marshal(l)
	if err != nil {
		return l, err
	}
	err = server.Once(ctx, api.Request{Method: method, Path: path, Body: body}, &written)
	return written, err
}
