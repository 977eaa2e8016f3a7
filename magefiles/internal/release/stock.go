package release

import (
	"context"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// Stock is what the cluster has of a hub that is to be retired.
type Stock struct {
	At       layout.Address
	Cluster  string            // for people
	Revision int               // 0 if there is no release
	Commit   string            // that it is of
	Claims   []kube.Claim      // in its namespace
	Policies map[string]string // reclaim policies, by volume; nil if they cannot be seen
	There    bool              // there is a namespace
}

// Stock tells what the cluster has of the hub of the pass. It is refused where Remove would be: for what is not ours, and while servers of users run.
func (r *Releases) Stock(ctx context.Context, pass plan.Pass) (s Stock, err error) {
	if s.At, err = r.whereIs(ctx, pass.Hub()); err != nil {
		return s, err
	}
	if err := r.to.Confirm(ctx); err != nil {
		return s, err
	}
	found, err := r.removable(ctx, s.At)
	if err != nil {
		return s, err
	}
	s.Cluster = r.cluster.String()
	if s.There = found.namespace.Found; !s.There {
		return s, r.checkKnown(ctx, s.At)
	}
	if err := r.checkNoUsers(ctx, s.At); err != nil {
		return s, err
	}
	if found.release.Status != "uninstalled" {
		s.Revision, s.Commit = found.release.Number, found.release.Record.Commit
	}
	if s.Claims, err = r.kube.Claims(ctx, s.At); err == nil {
		s.Policies = r.kube.ReclaimPolicies(ctx)
	}
	return s, err
}
