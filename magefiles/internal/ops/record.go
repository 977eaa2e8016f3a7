package ops

import (
	"context"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/secret"
)

// wanted is what a deploy would make the hub's release from. It takes neither network nor process.
func (s *Session) wanted(fact plan.HubFacts, h hub.Hub, key history.Key) (history.Record, error) {
	c, registry := s.Config.For(h.Name), s.registry()
	r := history.Record{
		ImageTag: history.None, ImageDigest: history.None, Secrets: history.None,
		Options: history.Digest(fmt.Sprint(c.Force, c.Wait, c.CleanupOnFail, c.HelmVersion)),
		Values:  history.None,
	}
	if h.ImageDir != "" {
		r.ImageTag, r.ImageDigest = fact.Tag, history.Image(fact.Digest)
		r.Values = history.Digest(registry.Repository(h.Name), strings.Join(c.NamePaths, ","), strings.Join(c.TagPaths, ","))
	}
	var err error
	if r.Chart, err = helm.ChartDigest(c.Root, h.ChartDir, h.Chart.Dependencies); err != nil {
		return r, err
	}
	dependencies, err := helm.Resolve(c.Root, h.ChartDir, h.Chart)
	if err != nil {
		return r, err
	}
	r.Dependencies = helm.DependencyDigest(dependencies)
	if h.Secret != "" {
		r.Secrets = s.secretDigest(h, key)
	}
	return r, nil
}

// secretDigest is Unknown where the values cannot be read: a deploy then says why.
func (s *Session) secretDigest(h hub.Hub, key history.Key) string {
	content, err := s.vault().Kept(h.Secret)
	if err != nil {
		return history.Unknown
	}
	if _, err := secret.Values(h.Secret, content); err != nil {
		return history.Unknown
	}
	return key.Secrets(content)
}

// decryptedDigest is that of values which SOPS keeps, for what it writes is never the same twice. It takes a process.
// Of other files it is None.
func (s *Session) decryptedDigest(ctx context.Context, h hub.Hub, key history.Key) string {
	if h.Secret == "" {
		return history.None
	}
	kept, err := s.vault().Kept(h.Secret)
	if err != nil || secret.FormOf(kept) != secret.SOPS {
		return history.None
	}
	plain, err := s.vault().Read(ctx, h.Secret)
	if err != nil {
		return history.Unknown
	}
	return key.Secrets(plain)
}

// sameSecrets makes values that SOPS has only encrypted anew, as for another key, those that were deployed.
func (s *Session) sameSecrets(ctx context.Context, h hub.Hub, key history.Key, was history.Record, is *history.Record) {
	unknown := []string{"", history.None, history.Unknown}
	if is.Secrets == was.Secrets || slices.Contains(unknown, is.Secrets) || slices.Contains(unknown, was.Decrypted) {
		return
	}
	if s.decryptedDigest(ctx, h, key) == was.Decrypted {
		is.Secrets = was.Secrets
	}
}

// runName says who works here, for people: travis-12, or ann@laptop.
func (s *Session) runName() string {
	if s.Config.BuildName != "" {
		return s.Config.BuildName
	}
	name := "somebody"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return name
}

// description stands in helm history: what a label cannot hold.
func (s *Session) description(r history.Record, charts []string) string {
	parts := []string{"commit " + r.Commit, "by " + r.Run}
	if s.Config.BuildPage != "" {
		parts = append(parts, s.Config.BuildPage)
	}
	if r.ImageTag != history.None {
		parts = append(parts, fmt.Sprintf("image %s sha256:%.12s", r.ImageTag, r.ImageDigest))
	}
	return strings.Join(append(parts, charts...), "; ")
}
