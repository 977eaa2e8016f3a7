package connect

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
)

// Helm returns the helm on PATH if it fits, or the pinned one. In a sandbox it is always the pinned one: the sandbox's registry
// speaks plain HTTP, and older versions of helm cannot do that everywhere. For charts in a registry, helm takes its login from a
// copy of Docker's configuration.
func (c *Connections) Helm(ctx context.Context) (*helm.Client, error) {
	return c.helm.Get(ctx, func(ctx context.Context) (*helm.Client, error) {
		s := c.session
		cluster, err := c.Cluster(ctx)
		if err != nil {
			return nil, err
		}
		path, err := c.findHelm(ctx)
		if err != nil {
			return nil, err
		}
		docker, err := c.dockerLogin(ctx)
		if err != nil {
			return nil, err
		}
		client, err := helm.New(ctx, s.Run, path, append(cluster.access.Env(), docker), cluster.access.Context)
		if err == nil {
			client.As = cluster.Kube.User
		}
		return client, err
	})
}

// dockerLogin writes the configuration in which helm finds the login for the registry, and returns the variable that leads there.
func (c *Connections) dockerLogin(ctx context.Context) (string, error) {
	return c.login.Get(ctx, func(ctx context.Context) (string, error) {
		registry, err := c.Registry(ctx)
		if err != nil {
			return "", err
		}
		variable, err := registry.Login(c.session.Scratch, c.session.Config.DockerConfig)
		return variable, exit.With(exit.Setup, err)
	})
}

func (c *Connections) findHelm(ctx context.Context) (string, error) {
	to, err := c.Destination(ctx)
	if err != nil {
		return "", err
	}
	s := c.session
	names := map[string][]string{"3": {"helm3"}, "4": {"helm"}, "": {"helm", "helm3"}}[s.Config.HelmVersion]
	find := s.Tools.Find
	if to.Sandbox != nil {
		find = s.Tools.Pinned
	}
	return find(ctx, names...)
}
