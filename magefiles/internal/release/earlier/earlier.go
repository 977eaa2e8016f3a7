// Package earlier says whether a release can go back to an earlier revision: whether its images are still there, and signed, whether the
// cluster has its kinds, whether its secret values may be used again. It changes nothing. Package release calls it, for a rollback and for a
// deploy that falls back.
//
//	target, err := earlier.Find(release, h.At, 0) // the last healthy one
//	err = checker.Check(ctx, signer, h.At, target)
package earlier

import (
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/release/revision"
	"hub-ops/magefiles/internal/release/signature"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// Checker looks at revisions of the releases of a cluster.
type Checker struct {
	session    *session.Session
	surveyor   *survey.Surveyor
	kube       *kube.Client
	registry   registry.Registry
	revisions  *revision.Store
	signatures *signature.Checker
}

// New returns what looks at revisions. Nothing is asked yet.
func New(s *session.Session, surveyor *survey.Surveyor, client *kube.Client, images registry.Registry, revisions *revision.Store, signatures *signature.Checker) *Checker {
	return &Checker{session: s, surveyor: surveyor, kube: client, registry: images, revisions: revisions, signatures: signatures}
}
