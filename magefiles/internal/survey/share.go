package survey

import (
	"cmp"
	"context"
	"slices"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/share"
)

// Stages returns all hubs of the repository, each with its stage: hubs of a later one are deployed after those of an earlier one. It is the place of the
// hub's round, and in that of its wave. The commit decides it alone, and which images are built for it.
func (s *Surveyor) Stages(ctx context.Context) ([]share.Hub, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	rounds, err := s.rounds(ctx)
	if err != nil {
		return nil, err
	}
	round := map[string]int{}
	for _, h := range rounds.Hubs {
		round[h.Name] = h.Round
	}
	type place struct{ round, wave int }
	names := directory.Names()
	places := make([]place, len(names))
	for i, name := range names {
		at, err := directory.Address(name)
		if err != nil {
			at = layout.Address{} // it is not deployed, and the plan says why
		}
		places[i] = place{round[name], plan.WaveOf(s.session.Config.On(at.Cluster).Waves, name)}
	}
	sorted := slices.SortedFunc(slices.Values(places), func(a, b place) int { return cmp.Or(cmp.Compare(a.round, b.round), cmp.Compare(a.wave, b.wave)) })
	sorted = slices.Compact(sorted)
	hubs := make([]share.Hub, len(names))
	for i, name := range names {
		hubs[i] = share.Hub{Name: name, Stage: slices.Index(sorted, places[i])}
		if read, err := directory.Load(ctx, name); err == nil { // one that cannot be read is built nowhere
			hubs[i].Images = read.ImageNames()
		}
	}
	return hubs, nil
}

// others returns, of each hub that another job of the run has, which one that is: "is in share 2/8". Each job decides it from the commit and the text that all
// of them are given.
func (s *Surveyor) others(ctx context.Context) (map[string]string, error) {
	own := s.session.Config.Share
	if own.All() {
		return nil, nil //nolint:nilnil // no other job has any
	}
	given, err := share.Read(s.session.Config.Shares, own)
	if err != nil {
		return nil, err
	}
	hubs, err := s.Stages(ctx)
	if err != nil {
		return nil, err
	}
	whole, err := given.Complete(hubs)
	if err != nil {
		return nil, err
	}
	others := map[string]string{}
	for name, number := range whole.Of {
		if number != own.Number {
			others[name] = "is in share " + share.Share{Number: number, Of: own.Of}.String()
		}
	}
	return others, nil
}
