package survey

import (
	"context"
	"maps"
	"slices"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/spelling"
)

// Parts divides a survey by the clusters that its hubs are on, in the order of hubops.yaml. Where there is one cluster alone, that is the
// survey itself.
func (s *Surveyor) Parts(v *Survey) []*Survey {
	names := s.session.Config.ClusterNames()
	if len(names) == 0 {
		return []*Survey{v}
	}
	var parts []*Survey
	for _, name := range names {
		var hubs []string
		for _, h := range v.Hubs {
			if h.At.Cluster == name {
				hubs = append(hubs, h.Name)
			}
		}
		if len(hubs) > 0 {
			part := v.only(hubs)
			part.Cluster = name
			parts = append(parts, part)
		}
	}
	if s.session.Config.ClusterVaried {
		return parts // what the variables say would go for the others too
	}
	for _, part := range parts {
		for _, name := range names {
			if name != part.Cluster {
				part.others = append(part.others, name)
			}
		}
	}
	return parts
}

// Join makes the plan of all parts of a survey anew, as one, with what the clusters of some have answered. Hubs of different clusters share
// images, and a part alone would build and push each of them once more. What lies beyond the survey counts if it was answered: see Beyond.
func (v *Survey) Join(answered, parts []*Survey) error {
	facts, places := v.Facts, map[string]int{}
	maps.Copy(places, v.index)
	facts.Rounds.Now = time.Now()
	facts.Hubs = slices.Clone(v.Facts.Hubs)
	for _, part := range answered {
		for i, h := range part.Hubs {
			if _, known := places[h.Name]; !known {
				places[h.Name] = len(facts.Hubs)
				facts.Hubs = append(facts.Hubs, plan.HubFacts{})
			}
			facts.Hubs[places[h.Name]] = part.Facts.Hubs[i]
		}
	}
	whole, err := plan.Make(facts)
	if err != nil {
		return err
	}
	for _, part := range parts {
		for i, h := range part.Hubs {
			if place, known := places[h.Name]; known {
				part.Plan.Hubs[i] = whole.Hubs[place]
			}
		}
	}
	return nil
}

// HubsAlone is a survey of which only the hubs are known: nothing is asked but the repository.
func (s *Surveyor) HubsAlone(ctx context.Context, names ...string) (v *Survey, err error) {
	v = &Survey{}
	if v.Hubs, err = s.Hubs(ctx, names...); err != nil {
		return nil, err
	}
	if err := s.picked(ctx, v, names); err != nil {
		return nil, err
	}
	v.rank()
	return v, nil
}

// AddressesOn returns where the hubs of a cluster have their releases, by their names, without reading them; "" is the only cluster.
func (s *Surveyor) AddressesOn(ctx context.Context, cluster string) ([]layout.Address, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	var all []layout.Address
	for _, name := range directory.Names() {
		if at, err := directory.Address(name); err == nil && at.Cluster == cluster { // a hub without an address is not deployed
			all = append(all, at)
		}
	}
	return all, nil
}

// ClusterOf returns which of several clusters a hub is on; "" where there is one alone. Of a hub that the repository does not have, CLUSTER
// says it.
func (s *Surveyor) ClusterOf(ctx context.Context, name string) (string, error) {
	names, picked := s.session.Config.ClusterNames(), s.session.Config.Cluster
	if len(names) == 0 {
		return "", nil
	}
	directory, err := s.list(ctx)
	if err == nil && directory.Has(name) {
		at, err := directory.Address(name)
		if err == nil && picked != "" && at.Cluster != picked {
			err = exit.Input("CLUSTER=%s: hub %s is on cluster %s", picked, name, at.Cluster)
		}
		return at.Cluster, err
	}
	switch {
	case picked != "":
		return picked, nil
	case len(names) == 1:
		return names[0], nil
	}
	unknown := exit.Input("hub %s is not in the repository, so nobody knows on which cluster it is", name)
	if err == nil {
		if near := spelling.Nearest(name, directory.Names()); near != "" {
			return "", unknown.Try("did you mean %s? Of a hub that is gone from there, CLUSTER says it", near)
		}
	}
	return "", unknown.Try("say so with CLUSTER")
}

// picked leaves out the hubs that are not on the cluster of CLUSTER. One that was asked for by its name is an error.
func (s *Surveyor) picked(ctx context.Context, v *Survey, names []string) error {
	cluster := s.session.Config.Cluster
	if cluster == "" {
		return nil
	}
	for _, name := range names {
		if _, err := s.ClusterOf(ctx, name); err != nil {
			return err
		}
	}
	v.Hubs = slices.DeleteFunc(v.Hubs, func(h hub.Hub) bool { return h.At.Cluster != cluster })
	return nil
}
