package watch

import (
	"context"
	"sync"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
)

// hosts follows the nodes of pods that are not ready, by the clock of this machine, because a node's may differ.
type hosts struct {
	ask func(ctx context.Context, name string) (node *diagnosis.Object, lease diagnosis.Lease, gone bool, err error)

	mu      sync.Mutex
	asked   time.Time
	known   map[string]diagnosis.Host
	renewed map[string]renewal
}

// renewal is when a kubelet has last renewed its lease.
type renewal struct {
	stamp string    // as the kubelet has written it
	seen  time.Time // when that was first seen
}

// between is the time from one look at nodes to the next.
const between = 2 * time.Second

// of returns what is known of these nodes. It asks anew when the last time is a while ago.
func (h *hosts) of(ctx context.Context, names []string, now time.Time) map[string]diagnosis.Host {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(names) == 0 {
		h.known, h.renewed, h.asked = nil, nil, time.Time{}
		return nil
	}
	if now.Sub(h.asked) < between {
		return h.known
	}
	known, renewed := map[string]diagnosis.Host{}, map[string]renewal{}
	for _, name := range names {
		node, lease, gone, err := h.ask(ctx, name)
		if ctx.Err() != nil {
			return h.known // what a look has seen that was cut off says nothing of a node
		}
		if last, seen := h.renewed[name]; err != nil && seen { // nor does an API server that cannot answer
			known[name], renewed[name] = h.known[name], last
			continue
		}
		host := diagnosis.Host{Node: node, Gone: gone, Lasts: lease.Lasts}
		if last, seen := h.renewed[name]; seen && last.stamp == lease.Renewed {
			renewed[name] = last
		} else {
			renewed[name] = renewal{lease.Renewed, now}
		}
		if lease.Renewed != "" {
			host.Silent = now.Sub(renewed[name].seen)
		}
		known[name] = host
	}
	h.known, h.renewed, h.asked = known, renewed, now
	return known
}
