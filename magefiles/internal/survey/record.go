package survey

import (
	"context"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/version"
	"hub-ops/magefiles/internal/yamldoc"
)

// Kept returns the record that a deploy of the hub would make, as far as that can be said without starting sops.
func (s *Surveyor) Kept(ctx context.Context, v *Survey, fact plan.HubFacts, h hub.Hub, _ history.Record) (history.Record, error) {
	return s.Record(ctx, fact, h, v.Fleet.Key(h.At))
}

// Wanted returns the record that a deploy of the hub would make. was is the record of the newest revision: if SOPS has only
// encrypted the same secret values again, they count as unchanged. To find that out it starts sops.
func (s *Surveyor) Wanted(ctx context.Context, v *Survey, fact plan.HubFacts, h hub.Hub, was history.Record) (history.Record, error) {
	key := v.Fleet.Key(h.At)
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
		Hub: h.Name, ImageTag: history.None, ImageDigest: history.None, Secrets: history.None, Values: history.None,
		Options: history.Digest(fmt.Sprint(c.Force, c.Wait, c.CleanupOnFail, c.HelmVersion)),
	}
	if len(h.Images) > 0 {
		registry, err := s.to.Registry(ctx)
		if err != nil {
			return r, err
		}
		var places []string
		for i, image := range h.Images {
			if image.OnlyBase() {
				continue
			}
			to := h.Targets(image, hub.Targets{Names: c.NamePaths, Tags: c.TagPaths})
			places = append(places, to.Placing(image.In(registry.Repository))...)
			r = r.WithImage(image.Key, fact.Images[i].RecordedTag(), fact.Images[i].Digest)
		}
		r.Values = history.Digest(places...)
	}
	if err := s.addValues(ctx, h, &r); err != nil {
		return r, err
	}
	tree, err := s.Tree(ctx, h)
	if err != nil {
		return r, err
	}
	charts, err := s.to.Charts(ctx)
	if err != nil {
		return r, err
	}
	digests, err := charts.Digests(ctx, tree)
	if err != nil {
		return r, err
	}
	r.Chart, r.ChartCode, r.Tool = digests.Whole, digests.Code, version.Short()
	pins, err := charts.Pins(ctx)
	if err != nil {
		return r, err
	}
	r.Dependencies = chart.DependencyDigest(tree, pins)
	r.Secrets = s.SecretDigest(h, key)
	return r, nil
}

// addValues makes a hub's files of values a part of the record.
func (s *Surveyor) addValues(ctx context.Context, h hub.Hub, r *history.Record) error {
	if len(h.Values) == 0 {
		return nil
	}
	contents, err := s.ValueFiles(ctx, h)
	parts := []string{r.Values}
	for _, content := range contents {
		parts = append(parts, string(content))
	}
	r.Values = history.Digest(parts...)
	return err
}

// ValueFiles returns the contents of a hub's files of values as Git holds them, in the order of the hub.
func (s *Surveyor) ValueFiles(ctx context.Context, h hub.Hub) ([][]byte, error) {
	files, err := s.to.Files(ctx)
	if err != nil {
		return nil, err
	}
	read, err := files.Read(ctx, h.Values...)
	if err != nil {
		return nil, err
	}
	contents := make([][]byte, len(h.Values))
	for i, name := range h.Values {
		contents[i] = read[name]
	}
	return contents, nil
}

// PlainValues returns the files of a hub's values that are not secret, read, in helm's order: that of its chart goes first, if the chart has one.
func (s *Surveyor) PlainValues(ctx context.Context, h hub.Hub) ([]valuepath.File, error) {
	files, err := s.to.Files(ctx)
	if err != nil {
		return nil, err
	}
	names := h.ValueFiles()
	if len(names) > len(h.Values) && !files.Has(names[0]) {
		names = h.Values
	}
	contents, err := files.Read(ctx, names...)
	if err != nil {
		return nil, err
	}
	all := make([]valuepath.File, len(names))
	for i, name := range names {
		top, err := yamldoc.Parse(name, contents[name])
		if err != nil {
			return nil, err
		}
		all[i] = valuepath.File{Name: name, Top: top}
	}
	return all, nil
}

// PublicValues are the values in a hub's files of values that are not secret, later files over earlier ones. Of a hub that is not in the
// repository none is known.
func (s *Surveyor) PublicValues(ctx context.Context, name string) map[string]any {
	public := map[string]any{}
	hubs, err := s.Hubs(ctx, name)
	if err != nil {
		return public
	}
	contents, err := s.ValueFiles(ctx, hubs[0])
	if err != nil {
		return public
	}
	for _, content := range contents {
		values := map[string]any{}
		if err := yaml.Unmarshal(content, &values); err == nil { // the hub was not loaded if one could not be read
			merge(public, values)
		}
	}
	return public
}

// merge puts values over others, as helm does with files of values.
func merge(into, values map[string]any) {
	for key, value := range values {
		inner, isMap := value.(map[string]any)
		own, there := into[key].(map[string]any)
		if isMap && there {
			merge(own, inner)
		} else {
			into[key] = value
		}
	}
}

// SecretDigest returns the keyed digest of a hub's secret values, as they are kept; history.None if the hub has none, and
// history.Unknown if they cannot be read: a deploy then returns the error.
func (s *Surveyor) SecretDigest(h hub.Hub, key history.Key) string {
	if len(h.Secrets) == 0 {
		return history.None
	}
	contents := make([][]byte, len(h.Secrets))
	for i, name := range h.Secrets {
		content, err := s.to.Vault().Kept(name)
		if err != nil {
			return history.Unknown
		}
		if _, err := secret.Values(name, content); err != nil {
			return history.Unknown
		}
		contents[i] = content
	}
	return key.Secrets(contents...)
}

// DecryptedDigest returns the keyed digest of decrypted values if SOPS encrypted any of them, because SOPS never writes the same bytes
// twice; history.None for other files. It starts sops.
func (s *Surveyor) DecryptedDigest(ctx context.Context, h hub.Hub, key history.Key) string {
	vault, anySOPS := s.to.Vault(), false
	contents := make([][]byte, len(h.Secrets))
	for i, name := range h.Secrets {
		kept, err := vault.Kept(name)
		if err != nil {
			return history.None
		}
		if secret.FormOf(kept) == secret.SOPS {
			anySOPS = true
			if kept, err = vault.Read(ctx, name); err != nil {
				return history.Unknown
			}
		}
		contents[i] = kept
	}
	if !anySOPS {
		return history.None
	}
	return key.Secrets(contents...)
}
