// Package release is the life of one hub's release: its deploy and the rollout after it, its diff, its rollback, its removal. A hub
// is the release and the namespace of the same name.
//
//	releases, err := release.New(ctx, s, to, surveyor)
//	outcome, err := releases.Deploy(ctx, found, h) // "deployed, 3 workloads rolled out, in 12.3s"
package release

import (
	"context"

	"golang.org/x/sync/semaphore"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// Releases works on the releases of a cluster. It is safe for several hubs at once.
type Releases struct {
	session  *session.Session
	to       *connect.Connections
	surveyor *survey.Surveyor
	cluster  *connect.Cluster
	kube     *kube.Client
	registry registry.Registry
	upgrades *semaphore.Weighted // one for each upgrade that may be under way
}

// New logs in to the cluster.
func New(ctx context.Context, s *session.Session, to *connect.Connections, surveyor *survey.Surveyor) (*Releases, error) {
	cluster, err := to.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := to.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return &Releases{
		session: s, to: to, surveyor: surveyor, cluster: cluster, kube: cluster.Kube, registry: registry,
		upgrades: semaphore.NewWeighted(int64(s.Config.Upgrades)),
	}, nil
}

// announce finds helm, and says where the run goes and with what. doing is what it does there: "deploying to".
func (r *Releases) announce(ctx context.Context, doing string) (*helm.Client, error) {
	client, err := r.to.Helm(ctx)
	if err == nil {
		r.session.Console.Info("", "%s %s, with helm %s", doing, r.cluster, client.Version)
	}
	return client, err
}

// Prepare finds what deploys need, before the first of them begins: helm, the watcher, and cosign where images are signed.
func (r *Releases) Prepare(ctx context.Context) error {
	if _, err := r.announce(ctx, "deploying to"); err != nil {
		return err
	}
	if _, err := r.to.Watcher(ctx); err != nil {
		return err
	}
	_, err := r.to.Signer(ctx)
	return err
}
