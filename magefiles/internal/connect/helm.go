package connect

import (
	"context"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
)

// Helm returns the helm on PATH if it fits, or the pinned one. In a sandbox it is always the pinned one: the sandbox's registry
// speaks plain HTTP, and older versions of helm cannot do that everywhere. For charts in a registry, helm takes its login from a
// copy of Docker's configuration.
func (c *Connections) Helm(ctx context.Context) (*helm.Client, error) {
	return c.helm.get(ctx, func(ctx context.Context) (*helm.Client, error) {
		s := c.session
		cluster, err := c.Cluster(ctx)
		if err != nil {
			return nil, err
		}
		names := map[string][]string{"3": {"helm3"}, "4": {"helm"}, "": {"helm", "helm3"}}[s.Config.HelmVersion]
		find := s.Tools.Find
		if cluster.sandbox {
			find = s.Tools.Pinned
		}
		path, err := find(ctx, names...)
		if err != nil {
			return nil, err
		}
		registry, err := c.Registry(ctx)
		if err != nil {
			return nil, err
		}
		docker, err := registry.Login(s.Scratch, s.Config.DockerConfig)
		if err != nil {
			return nil, exit.With(exit.Setup, err)
		}
		return helm.New(ctx, s.Run, path, append(cluster.access.Env(), docker), cluster.access.Context)
	})
}

// ChartDependencies returns what makes whole charts of those of the repository. A sandbox's registry speaks plain HTTP.
func (c *Connections) ChartDependencies(ctx context.Context) (*helm.Dependencies, error) {
	return c.dependencies.get(ctx, c.chartDependencies)
}

func (c *Connections) chartDependencies(ctx context.Context) (*helm.Dependencies, error) {
	charts, err := c.Charts(ctx)
	if err != nil {
		return nil, err
	}
	client, err := c.Helm(ctx)
	if err != nil {
		return nil, err
	}
	to, err := c.Destination(ctx)
	if err != nil {
		return nil, err
	}
	s := c.session
	return &helm.Dependencies{
		Client: client, Charts: charts, Cache: &helm.ChartCache{Dir: filepath.Join(s.Config.CacheDir, "charts")}, Scratch: s.Scratch,
		PlainHTTP: func(dependency chart.Dependency) bool {
			return to.Sandbox != nil && strings.HasPrefix(dependency.Repository, "oci://"+to.Sandbox.Registry+"/")
		},
	}, nil
}
