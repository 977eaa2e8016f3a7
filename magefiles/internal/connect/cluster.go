package connect

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/access"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/watch"
)

// Cluster is one cluster that a run can reach.
type Cluster struct {
	Kube    *kube.Client
	name    string // "" for the only one
	access  *access.Access
	sandbox bool
}

// String names the cluster and the context that leads to it, for people.
func (c *Cluster) String() string {
	place := "cluster " + c.access.Server + " (context " + c.access.Context + ")"
	if c.name != "" {
		place = c.name + ", " + place
	}
	if c.sandbox {
		return "the sandbox's " + place
	}
	return place
}

// Name is how hubops.yaml calls it, "" for the only one.
func (c *Cluster) Name() string { return c.name }

// Cluster logs in to the cluster. Bad input is an event that may not have access to it: see Deploys.
func (c *Connections) Cluster(ctx context.Context) (*Cluster, error) {
	return c.cluster.Get(ctx, func(ctx context.Context) (*Cluster, error) {
		s := c.session
		if names := s.Config.ClusterNames(); c.name == "" && len(names) > 0 {
			return nil, exit.Input("hubops.yaml has %d clusters: which is meant?", len(names)).Try("say so with CLUSTER, one of %s", strings.Join(names, ", "))
		}
		to, err := c.Destination(ctx)
		if err != nil {
			return nil, err
		}
		if to.Sandbox == nil {
			if err := c.mayReachCluster(ctx); err != nil {
				return nil, err
			}
		}
		if !logsIn(c.settings(to)) {
			if err := kubeconfig(c.settings(to)).Check(); err != nil { // before a kubectl is built
				return nil, err
			}
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
		if to.Sandbox == nil { // which has no account but its administrator's
			if client.As, err = c.Impersonated(ctx, c.name); err != nil {
				return nil, err
			}
		}
		return &Cluster{Kube: client, name: c.name, access: found, sandbox: to.Sandbox != nil}, nil
	})
}

func (c *Connections) mayReachCluster(ctx context.Context) error {
	why, err := c.Deploys(ctx)
	if err == nil && why != "" {
		err = exit.Input("%s: no access to the cluster: only a push to a branch that deploys has it, and a run on your machine", why)
	}
	return err
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
	return c.watcher.Get(ctx, func(ctx context.Context) (*watch.Watcher, error) {
		cluster, err := c.Cluster(ctx)
		if err != nil {
			return nil, err
		}
		return watch.New(context.WithoutCancel(ctx), cluster.Kube, c.session.Console, c.session.Run.Redact.Mask)
	})
}
