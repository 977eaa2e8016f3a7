// Package release deploys one hub: its release, the rollout after it, its diff, its rollback, its removal. A hub, and what the
// survey knows of it, go in; the outcome in words, or an error, comes out. Packages ops/deploy and ops/onehub call it. Where a release is, the hub says:
// its At.
//
//	releases, err := release.New(ctx, s, to, surveyor)
//	outcome, err := releases.Deploy(ctx, found, h) // "deployed, 3 workloads rolled out, in 12.3s"
package release

import (
	"context"

	"golang.org/x/sync/semaphore"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/release/earlier"
	"hub-ops/magefiles/internal/release/revision"
	"hub-ops/magefiles/internal/release/signature"
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
	upgrades *semaphore.Weighted // a slot for each upgrade that may run at the same time

	// Tell is told what each deploy is about to change, once it is checked; nil: nobody is. Several hubs may tell at the same time.
	Tell func(document.Diff)

	revisions  *revision.Store
	signatures *signature.Checker
	earlier    *earlier.Checker
}

// New logs in to the cluster that the connections are to.
func New(ctx context.Context, s *session.Session, to *connect.Connections, surveyor *survey.Surveyor) (*Releases, error) {
	cluster, err := to.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	registry, err := to.Registry(ctx)
	if err != nil {
		return nil, err
	}
	revisions, signatures := revision.New(s, surveyor, cluster.Kube), signature.New(s, surveyor, registry)
	return &Releases{
		session: s, to: to, surveyor: surveyor, cluster: cluster, kube: cluster.Kube, registry: registry,
		upgrades:  semaphore.NewWeighted(int64(s.Config.On(cluster.Name()).Upgrades)),
		revisions: revisions, signatures: signatures, earlier: earlier.New(s, surveyor, cluster.Kube, registry, revisions, signatures),
	}, nil
}

// announce finds helm, and prints the cluster and helm's version. doing is the beginning of that line: "deploying to".
func (r *Releases) announce(ctx context.Context, doing string) (*helm.Client, error) {
	client, err := r.to.Helm(ctx)
	if err == nil {
		r.session.Console.Info("", "%s %s, with helm %s", doing, r.cluster, client.Version)
		notes := r.session.Console.Journal
		notes.About("Cluster", r.cluster.String())
		notes.About("Helm", client.Version)
		if version, err := r.kube.Version(ctx); err == nil { // or else the deploy says so
			notes.About("Kubernetes", version)
		}
	}
	return client, err
}

// Prepare finds what deploys need before the first of them begins: helm, the watcher, and cosign if images are signed.
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
