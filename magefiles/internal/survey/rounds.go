package survey

import (
	"context"
	"slices"
	"time"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/plan"
)

// rounds returns the rounds of hubops.yaml with all hubs of the repository; bad input if these do not fit together. Like waves, rounds are
// what the checkout says: whoever may deploy a hub may say when.
func (s *Surveyor) rounds(ctx context.Context) (plan.Rounds, error) {
	settings := s.session.Config
	if len(settings.Rounds) == 0 {
		return plan.Rounds{}, nil
	}
	rounds := plan.Rounds{Steps: settings.Rounds, Now: time.Now()}
	for _, kind := range history.AllKinds() {
		if slices.Contains(settings.RoundsFor, string(kind)) {
			rounds.For = append(rounds.For, kind)
		}
	}
	directory, err := s.list(ctx)
	if err != nil {
		return rounds, err
	}
	var hubs []plan.RoundHub
	for _, name := range directory.Names() {
		at, err := directory.Address(name)
		if err != nil {
			return rounds, err
		}
		hubs = append(hubs, plan.RoundHub{Name: name, Cluster: at.Cluster})
	}
	rounds.Hubs, err = plan.InRounds(settings.Rounds, hubs)
	return rounds, err
}

// helmVersion is the version of the helm that would deploy, if a change of that goes in rounds; otherwise nobody asks.
func (s *Surveyor) helmVersion(ctx context.Context, v *Survey) (string, error) {
	if !slices.Contains(v.Facts.Rounds.For, history.ToolKind) {
		return "", nil
	}
	helm, err := s.to.On(v.Cluster).Helm(ctx)
	if err != nil {
		return "", err
	}
	return helm.Version, nil
}

// InRounds reports whether anything goes in rounds.
func (v *Survey) InRounds() bool { return len(v.Facts.Rounds.Steps) > 0 }

// Concerned returns the parts of a survey on which something may be done, and those with hubs of an earlier round.
func (v *Survey) Concerned(parts []*Survey) []*Survey {
	last, rounds := 0, map[string]int{}
	for _, h := range v.Facts.Rounds.Hubs {
		rounds[h.Name] = h.Round
	}
	may := func(h plan.Hub) bool { return h.May.Do }
	for _, h := range v.Plan.Hubs {
		if may(h) {
			last = max(last, rounds[h.Name])
		}
	}
	return slices.DeleteFunc(slices.Clone(parts), func(part *Survey) bool {
		return !slices.ContainsFunc(part.Plan.Hubs, func(h plan.Hub) bool { return may(h) || rounds[h.Name] > 0 && rounds[h.Name] < last })
	})
}

// NoteDeployed notes that this run has deployed the hub: it does not do it again.
func (v *Survey) NoteDeployed(name string) { v.Facts.Hubs[v.index[name]].Deployed = true }

// NoteFailed notes that this run could not deploy the hub, or has found it in trouble: no later round begins.
func (v *Survey) NoteFailed(name string) { v.Facts.Hubs[v.index[name]].Failed = true }

// Forget takes what the cluster has said for unknown: it does not answer any more.
func (v *Survey) Forget() {
	for i := range v.Facts.Hubs {
		v.Facts.Hubs[i].Release = plan.Release{}
	}
}
