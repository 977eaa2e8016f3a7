package connect

import (
	"context"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/helm"
)

// ChartDependencies returns what makes whole charts of those of the repository. A sandbox's registry speaks plain HTTP.
func (c *Connections) ChartDependencies(ctx context.Context) (*helm.Dependencies, error) {
	return c.dependencies.Get(ctx, func(ctx context.Context) (*helm.Dependencies, error) {
		client, err := c.Helm(ctx)
		if err != nil {
			return nil, err
		}
		return c.chartDependencies(ctx, client)
	})
}

// ChartFetcher returns what fetches charts where there is no cluster.
func (c *Connections) ChartFetcher(ctx context.Context) (*helm.Dependencies, error) {
	return c.fetcher.Get(ctx, c.chartFetcher)
}

func (c *Connections) chartFetcher(ctx context.Context) (*helm.Dependencies, error) {
	path, err := c.findHelm(ctx)
	if err != nil {
		return nil, err
	}
	s := c.session
	docker, err := c.dockerLogin(ctx)
	if err != nil {
		return nil, err
	}
	own := filepath.Join(s.Private, "helm")
	client, err := helm.New(ctx, s.Run, path, []string{
		"HELM_CACHE_HOME=" + filepath.Join(own, "cache"), "HELM_CONFIG_HOME=" + filepath.Join(own, "config"), "HELM_DATA_HOME=" + filepath.Join(own, "data"), docker,
	}, "")
	if err != nil {
		return nil, err
	}
	return c.chartDependencies(ctx, client)
}

func (c *Connections) chartDependencies(ctx context.Context, client *helm.Client) (*helm.Dependencies, error) {
	charts, err := c.Charts(ctx)
	if err != nil {
		return nil, err
	}
	to, err := c.Destination(ctx)
	if err != nil {
		return nil, err
	}
	s := c.session
	return &helm.Dependencies{
		Client: client, Charts: charts, Cache: &c.fetched, Once: &c.assembled, Scratch: s.Scratch,
		PlainHTTP: func(dependency chart.Dependency) bool {
			return to.Sandbox != nil && strings.HasPrefix(dependency.Repository, "oci://"+to.Sandbox.Registry+"/")
		},
		Tell: func(format string, args ...any) { s.Console.Info("", format, args...) },
	}, nil
}
