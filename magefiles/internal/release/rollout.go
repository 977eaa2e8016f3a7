package release

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/watch"
)

// Rollout waits until all workloads of a hub are rolled out, whoever has changed them, and returns how that ended, in words.
func (r *Releases) Rollout(ctx context.Context, h hub.Hub) (string, error) {
	start := time.Now()
	if err := r.maskValues(ctx, h.Name); err != nil {
		return "", err
	}
	watched, err := r.watchAll(ctx, h)
	if err != nil {
		return "", err
	}
	defer watched.Close()
	workloads, err := r.rollout(ctx, watched, h)
	if err == nil && workloads == 0 {
		err = exit.With(exit.Rollout, fmt.Errorf("hub %s has no workloads: deploy it first, with deploy:hub %s", h.Name, h.Name))
	}
	return fmt.Sprintf("%s, in %s", rolledOut(workloads), time.Since(start).Round(time.Second/10)), err
}

func rolledOut(workloads int) string {
	switch workloads {
	case 0:
		return "a chart without workloads"
	case 1:
		return "1 workload rolled out"
	}
	return fmt.Sprintf("%d workloads rolled out", workloads)
}

// rollout waits for all workloads of a hub, asks the hub itself how it is, and returns how many workloads there are.
func (r *Releases) rollout(ctx context.Context, watched *watch.Hub, h hub.Hub) (int, error) {
	workloads, err := r.kube.Workloads(ctx, h.Name)
	if err != nil || len(workloads) == 0 {
		return 0, err
	}
	defer r.session.Console.Beat(ui.Heartbeat, "waiting for the rollout of "+h.Name)()
	watched.Applied = true
	err = watched.Guard(ctx, func(ctx context.Context) error {
		return r.kube.Rollout(ctx, h.Name, workloads, r.session.Config.For(h.Name).Timeout)
	})
	if err != nil {
		return 0, err
	}
	return len(workloads), r.checkHealth(ctx, h)
}
