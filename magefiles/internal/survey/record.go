package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/secret"
)

// Kept returns the record that a deploy of the hub would make, as far as that can be said without starting sops.
func (s *Surveyor) Kept(ctx context.Context, v *Survey, fact plan.HubFacts, h hub.Hub, _ history.Record) (history.Record, error) {
	return s.Record(ctx, fact, h, v.Fleet.Key(h.Name))
}

// Wanted returns the record that a deploy of the hub would make. was is the record of the newest revision: if SOPS has only
// encrypted the same secret values again, they count as unchanged. To find that out it starts sops.
func (s *Surveyor) Wanted(ctx context.Context, v *Survey, fact plan.HubFacts, h hub.Hub, was history.Record) (history.Record, error) {
	key := v.Fleet.Key(h.Name)
	wanted, err := s.Record(ctx, fact, h, key)
	if err != nil {
		return wanted, err
	}
	unknown := []string{"", history.None, history.Unknown}
	if wanted.Secrets == was.Secrets || slices.Contains(unknown, wanted.Secrets) || slices.Contains(unknown, was.Decrypted) {
		return wanted, nil
	}
	if s.DecryptedDigest(ctx, h, key) == was.Decrypted {
		wanted.Secrets = was.Secrets
	}
	return wanted, nil
}

// Record returns the record that a deploy of the hub would make, from its files as Git holds them. It asks no network.
func (s *Surveyor) Record(ctx context.Context, fact plan.HubFacts, h hub.Hub, key history.Key) (history.Record, error) {
	c := s.session.Config.For(h.Name)
	r := history.Record{
		ImageTag: history.None, ImageDigest: history.None, Secrets: history.None, Values: history.None,
		Options: history.Digest(fmt.Sprint(c.Force, c.Wait, c.CleanupOnFail, c.HelmVersion)),
	}
	if h.ImageDir != "" {
		registry, err := s.to.Registry(ctx)
		if err != nil {
			return r, err
		}
		r.ImageTag, r.ImageDigest = fact.Tag, history.Image(fact.Digest)
		r.Values = history.Digest(registry.Repository(h.Name), strings.Join(c.NamePaths, ","), strings.Join(c.TagPaths, ","))
	}
	tree, err := s.Tree(ctx, h)
	if err != nil {
		return r, err
	}
	charts, err := s.to.Charts(ctx)
	if err != nil {
		return r, err
	}
	if r.Chart, err = charts.Digest(ctx, tree); err != nil {
		return r, err
	}
	r.Dependencies = chart.DependencyDigest(tree.Depends())
	r.Secrets = s.SecretDigest(h, key)
	return r, nil
}

// SecretDigest returns the keyed digest of a hub's secret values, as they are kept; history.None if the hub has none, and
// history.Unknown if they cannot be read: a deploy then returns the error.
func (s *Surveyor) SecretDigest(h hub.Hub, key history.Key) string {
	if h.Secret == "" {
		return history.None
	}
	content, err := s.to.Vault().Kept(h.Secret)
	if err != nil {
		return history.Unknown
	}
	if _, err := secret.Values(h.Secret, content); err != nil {
		return history.Unknown
	}
	return key.Secrets(content)
}

// DecryptedDigest returns the keyed digest of decrypted values if SOPS encrypted them, because SOPS never writes the same bytes
// twice; history.None for other files. It starts sops.
func (s *Surveyor) DecryptedDigest(ctx context.Context, h hub.Hub, key history.Key) string {
	if h.Secret == "" {
		return history.None
	}
	vault := s.to.Vault()
	kept, err := vault.Kept(h.Secret)
	if err != nil || secret.FormOf(kept) != secret.SOPS {
		return history.None
	}
	plain, err := vault.Read(ctx, h.Secret)
	if err != nil {
		return history.Unknown
	}
	return key.Secrets(plain)
}
