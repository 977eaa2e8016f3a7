package release

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/watch"
)

// Rollout waits until all workloads of a hub are rolled out, also those changed by others, and returns the outcome in words.
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
		err = exit.Errorf(exit.Rollout, "hub %s has no workloads", h.Name).Try("deploy it first, with deploy:hub %s", h.Name)
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

// rollout waits for all workloads of a hub, then checks the hub's health, and returns how many workloads there are.
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

// checkHealth sends a request to the hub itself, once its pods are ready.
func (r *Releases) checkHealth(ctx context.Context, h hub.Hub) error {
	settings := r.session.Config.For(h.Name)
	if !settings.HealthCheck {
		return nil
	}
	to, err := r.to.Destination(ctx)
	if err != nil {
		return err
	}
	if to.Sandbox != nil {
		r.session.Console.Info(h.Name, "health: not asked, the sandbox's pods are simulated")
		return nil
	}
	path := kube.HealthPath(settings.HealthPath, r.baseURL(ctx, h))
	answer, err := r.kube.Health(ctx, h.Name, settings.HealthService, path, min(kube.HealthPatience, settings.Timeout))
	if err == nil {
		r.session.Console.Info(h.Name, "health: %s", answer)
	}
	return err
}

// baseURL returns the path that the hub is served at, by the values of its release, which include the secret ones. If the
// release cannot be read, it takes the path from the chart's own values.
func (r *Releases) baseURL(ctx context.Context, h hub.Hub) string {
	release, err := r.kube.Release(ctx, h.Name)
	if newest := release.Newest(); err == nil && newest.Number > 0 {
		if stored, err := r.stored(ctx, h.Name, newest.Number); err == nil {
			return r.baseURLOf(stored)
		}
	}
	base, err := hub.BaseURL(r.session.Config.Root, h)
	if err != nil {
		return "/"
	}
	return base
}

func (r *Releases) baseURLOf(stored history.Stored) string {
	for _, path := range []string{"jupyterhub.hub.baseUrl", "hub.baseUrl"} {
		text, given := stored.Text(path)
		if given {
			r.session.Run.Redact.AddValues(strings.Trim(text, "/"))
		}
		if text != "" {
			return text
		}
	}
	return "/"
}
