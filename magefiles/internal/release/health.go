package release

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
)

// checkHealth asks the hub itself, once its pods are ready, whether it is well.
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

// baseURL is the path that the hub is served at: what its release was made with, secret values among it. Where that
// cannot be read, the chart's own values say it.
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
