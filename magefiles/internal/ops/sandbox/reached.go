package sandbox

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/sandbox"
)

// Reached lists what this machine reaches of the sandbox's services: hubs with their base URL.
func Reached(ctx context.Context, r *run.Run) ([]sandbox.Reached, error) {
	reached, err := r.To.Sandbox().Reach()
	if err != nil || len(reached) == 0 {
		return nil, err
	}
	if to, err := r.To.Destination(ctx); err != nil || to.Sandbox == nil { // SANDBOX=0
		return reached, err
	}
	releases, err := release.New(ctx, r.Session, r.To, r.Surveyor)
	if err != nil {
		return nil, err
	}
	for i, service := range reached {
		if service.Service != kube.ServiceOf(r.Config.For(service.Namespace).HealthService) {
			continue
		}
		base, err := releases.BaseURLIn(ctx, service.Namespace)
		if err != nil {
			return nil, err
		}
		reached[i].URLs = slices.Clone(service.URLs)
		for j := range reached[i].URLs {
			reached[i].URLs[j] += kube.Folder(base)
		}
	}
	return reached, nil
}
