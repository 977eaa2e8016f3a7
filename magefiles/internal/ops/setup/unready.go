package setup

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
)

// unready are the clusters that setup has found out of use, where others can be used.
type unready struct {
	mu  sync.Mutex
	why map[string]error // by their names
}

func (u *unready) of(cluster string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.why[cluster]
}

func (u *unready) add(cluster string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.why == nil {
		u.why = map[string]error{}
	}
	u.why[cluster] = err
}

func (u *unready) all() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	var list []error
	for _, cluster := range slices.Sorted(maps.Keys(u.why)) {
		list = append(list, u.why[cluster])
	}
	return errors.Join(list...)
}

// onClusters does a part of setup on each cluster, on all at the same time. Of several one that cannot be used is told, and left out from then
// on: what works on the others goes on, and End returns the failure. It is an error if none can be used.
func onClusters(ctx context.Context, r *run.Run, names []string, do func(ctx context.Context, name string) error) error {
	defer r.Console.Beat(ui.Heartbeat, "setting up")()
	failures, out := make([]error, len(names)), run.KeptBy[unready](r)
	var all sync.WaitGroup
	for i, name := range names {
		if failures[i] = out.of(name); failures[i] != nil {
			continue
		}
		all.Go(func() {
			failures[i] = run.OnCluster(name, do(ctx, name))
		})
	}
	all.Wait()
	if !slices.Contains(failures, nil) || ctx.Err() != nil {
		return errors.Join(failures...)
	}
	for i, name := range names {
		if failures[i] != nil && out.of(name) == nil {
			r.Console.Problem("", "setup: %v", failures[i])
			out.add(name, failures[i])
		}
	}
	return nil
}

// End returns why single clusters cannot be used, for a run that is to set up all. One that goes on deploys to the others, and fails
// where it has something to deploy there.
func End(ctx context.Context) error {
	if run.GoesOn(ctx) {
		return nil
	}
	return run.KeptBy[unready](run.Of(ctx)).all()
}
