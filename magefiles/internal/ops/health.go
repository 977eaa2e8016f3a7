package ops

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
)

// health asks the hub itself, once its pods are ready, whether it is well.
func (s *Session) health(ctx context.Context, client *kube.Client, h hub.Hub) error {
	c := s.Config.For(h.Name)
	switch {
	case !c.HealthCheck:
		return nil
	case s.sandbox != nil:
		s.Console.Info(h.Name, "health: not asked, the sandbox's pods are simulated")
		return nil
	}
	answer, err := client.Health(ctx, h.Name, c.HealthService, kube.HealthPath(c.HealthPath, s.baseURL(ctx, client, h)), min(kube.HealthPatience, c.Timeout))
	if err == nil {
		s.Console.Info(h.Name, "health: %s", answer)
	}
	return err
}

// baseURL is the path that the hub is served at: what its release was made with, secret values among it. Where that
// cannot be read, the chart's own values say it.
func (s *Session) baseURL(ctx context.Context, client *kube.Client, h hub.Hub) string {
	release, err := client.Release(ctx, h.Name)
	if newest := release.Newest(); err == nil && newest.Number > 0 {
		if stored, err := storedRelease(ctx, client, h.Name, newest.Number); err == nil {
			return s.baseURLOf(stored)
		}
	}
	base, err := hub.BaseURL(s.Config.Root, h)
	if err != nil {
		return "/"
	}
	return base
}

func (s *Session) baseURLOf(stored helm.Stored) string {
	for _, path := range []string{"jupyterhub.hub.baseUrl", "hub.baseUrl"} {
		text, given := stored.Text(path)
		if given {
			s.Run.Redact.AddValues(strings.Trim(text, "/"))
		}
		if text != "" {
			return text
		}
	}
	return "/"
}
