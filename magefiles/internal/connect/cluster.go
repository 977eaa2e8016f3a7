package connect

import (
	"context"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/access"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/watch"
)

// Cluster is the one cluster that a run can reach.
type Cluster struct {
	Kube    *kube.Client
	access  *access.Access
	sandbox bool
}

// String names the cluster and the context that leads to it, for people.
func (c *Cluster) String() string {
	place := "cluster " + c.access.Server + " (context " + c.access.Context + ")"
	if c.sandbox {
		return "the sandbox's " + place
	}
	return place
}

// Cluster logs in to the cluster. Bad input is an event that may not have access to it: see config.Deploying.
func (c *Connections) Cluster(ctx context.Context) (*Cluster, error) {
	return c.cluster.get(ctx, func(ctx context.Context) (*Cluster, error) {
		s := c.session
		to, err := c.Destination(ctx)
		if err != nil {
			return nil, err
		}
		if to.Sandbox == nil && !s.Config.Deploying() {
			return nil, exit.Input("%s: no access to the cluster: only a push to a branch that deploys has it, and a run on your machine", s.Config.Event)
		}
		kubectl, err := c.kubectl(ctx, to)
		if err != nil {
			return nil, err
		}
		found, err := c.access(ctx, to, kubectl)
		if err != nil {
			return nil, err
		}
		client := &kube.Client{Server: &api.Server{
			Run: s.Run, Path: kubectl, Env: found.Env(), Context: found.Context, Scratch: s.Scratch, Patience: s.Config.APIGrace,
		}}
		s.OnClose(client.Close)
		return &Cluster{Kube: client, access: found, sandbox: to.Sandbox != nil}, nil
	})
}

// kubectl returns the kubectl on PATH if it fits. The sandbox's control plane is newer than most, so the sandbox gets the
// kubectl of its version.
func (c *Connections) kubectl(ctx context.Context, to Destination) (string, error) {
	if to.Sandbox == nil {
		return c.session.Tools.Find(ctx, "kubectl")
	}
	return c.session.Tools.Pinned(ctx, "kubectl")
}

// Watcher returns the watcher that all hubs of the run share.
func (c *Connections) Watcher(ctx context.Context) (*watch.Watcher, error) {
	return c.watcher.get(ctx, func(ctx context.Context) (*watch.Watcher, error) {
		cluster, err := c.Cluster(ctx)
		if err != nil {
			return nil, err
		}
		return watch.New(context.WithoutCancel(ctx), cluster.Kube, c.session.Console, c.session.Run.Redact.Mask)
	})
}
