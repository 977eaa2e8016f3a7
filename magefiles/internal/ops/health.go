package ops

import (
	"context"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
)

// health asks the hub itself, once its pods are ready, whether it is well.
func (s *Session) health(ctx context.Context, client *kube.Client, h hub.Hub) error {
	switch {
	case !s.Config.HealthCheck:
		return nil
	case s.sandbox != nil:
		s.Console.Info(h.Name, "health: not asked, the sandbox's pods are simulated")
		return nil
	}
	base, err := hub.BaseURL(s.Config.Root, h)
	if err != nil {
		return err
	}
	answer, err := client.Health(ctx, h.Name, s.Config.HealthService, kube.HealthPath(s.Config.HealthPath, base), min(kube.HealthPatience, s.Config.Timeout))
	if err == nil {
		s.Console.Info(h.Name, "health: %s", answer)
	}
	return err
}
