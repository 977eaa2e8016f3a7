package survey

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/plan"
)

// Beyond surveys the hubs that a survey is not about and that decide, by the rounds, what its hubs may have: see plan.Beyond. It asks their
// clusters, all at the same time, and returns the parts that were answered. Why another one is not known, the plan says to those that wait for it:
// it stops nobody else. all says that the run is about all hubs that it can reach.
func (s *Surveyor) Beyond(ctx context.Context, v *Survey, parts []*Survey, all bool, ask func(ctx context.Context, part *Survey) error) ([]*Survey, error) {
	names := v.beyond(parts, all)
	clusters := slices.Sorted(maps.Keys(names))
	found, failures := make([]*Survey, len(clusters)), make([]error, len(clusters))
	var asking sync.WaitGroup
	for i, cluster := range clusters {
		if s.session.Config.ClusterVaried && cluster != s.session.Config.Cluster {
			v.away(cluster, "is not asked where variables such as KUBE_CONTEXT say what the cluster of CLUSTER is")
			continue
		}
		if found[i], failures[i] = s.beyondOn(ctx, cluster, names[cluster]); failures[i] == nil {
			asking.Go(func() { failures[i] = ask(ctx, found[i]) })
		}
	}
	asking.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var answered []*Survey
	for i, cluster := range clusters {
		if failures[i] != nil {
			v.AwayBy(cluster, failures[i])
		} else if found[i] != nil {
			answered = append(answered, found[i])
		}
	}
	for _, cluster := range slices.Sorted(maps.Keys(v.Facts.Rounds.Away)) {
		s.session.Console.Info("", "rounds: cluster %s %s", cluster, v.Facts.Rounds.Away[cluster])
	}
	return answered, nil
}

// beyond are the names of these hubs, by their clusters.
func (v *Survey) beyond(parts []*Survey, all bool) map[string][]string {
	facts := v.Facts
	facts.Hubs = nil
	var hubs []plan.Hub
	for _, part := range parts {
		facts.Hubs, hubs = append(facts.Hubs, part.Facts.Hubs...), append(hubs, part.Plan.Hubs...)
	}
	names := map[string][]string{}
	for _, h := range plan.Beyond(facts, hubs, all) {
		names[h.Cluster] = append(names[h.Cluster], h.Name)
	}
	return names
}

// beyondOn surveys hubs of a cluster. Those count alone that the default branch has there at origin: see connect.
func (s *Surveyor) beyondOn(ctx context.Context, cluster string, names []string) (*Survey, error) {
	part := &Survey{Cluster: cluster}
	var err error
	if part.Hubs, err = s.Hubs(ctx, names...); err != nil {
		return nil, err
	}
	for _, h := range part.Hubs {
		if err := s.CheckPlace(ctx, h.At); err != nil {
			return nil, err
		}
	}
	return s.complete(ctx, part)
}

// AwayBy notes what came of asking a cluster: without an error it has answered.
func (v *Survey) AwayBy(cluster string, err error) {
	if err == nil {
		delete(v.Facts.Rounds.Away, cluster)
		return
	}
	first, _, _ := strings.Cut(exit.Cause(err), "\n")
	v.away(cluster, "cannot be asked ("+first+")")
}

// away notes why nobody knows what a cluster has: a text that follows its name.
func (v *Survey) away(cluster, why string) {
	if v.Facts.Rounds.Away == nil {
		v.Facts.Rounds.Away = map[string]string{}
	}
	v.Facts.Rounds.Away[cluster] = why
}
