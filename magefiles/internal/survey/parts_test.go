package survey

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
)

func TestEachClusterHasItsPartOfASurvey(t *testing.T) {
	v := &Survey{}
	for _, at := range []layout.Address{{Hub: "east-a", Cluster: "east"}, {Hub: "west-a", Cluster: "west"}, {Hub: "west-b", Cluster: "west"}} {
		v.Hubs = append(v.Hubs, hub.Hub{Name: at.Hub, At: at})
		v.Plan.Hubs, v.Facts.Hubs = append(v.Plan.Hubs, plan.Hub{Name: at.Hub}), append(v.Facts.Hubs, plan.HubFacts{Name: at.Hub})
	}
	v.rank()
	s := &Surveyor{session: &session.Session{Config: &config.Config{Clusters: []config.Cluster{{Name: "west"}, {Name: "lab"}, {Name: "east"}}}}}
	parts := s.Parts(v)
	if len(parts) != 2 || parts[0].Cluster != "west" || parts[1].Cluster != "east" {
		t.Fatalf("got %d parts", len(parts))
	}
	names := func(v *Survey) (names []string) {
		for i, h := range v.Hubs {
			if v.Plan.Hubs[i].Name == h.Name && v.FactsOf(h.Name).Name == h.Name {
				names = append(names, h.Name)
			}
		}
		return names
	}
	if got := names(parts[0]); !slices.Equal(got, []string{"west-a", "west-b"}) || !slices.Equal(names(parts[1]), []string{"east-a"}) {
		t.Errorf("got %q and %q", got, names(parts[1]))
	}
	if !slices.Equal(parts[0].others, []string{"lab", "east"}) || !slices.Equal(parts[1].others, []string{"west", "lab"}) {
		t.Errorf("the others are %q and %q", parts[0].others, parts[1].others)
	}
	s.session.Config.ClusterVaried = true
	if got := s.Parts(v)[0].others; got != nil {
		t.Errorf("a variable that is about west is taken for those of %q", got)
	}
	parts[0].Facts.Hubs[0].Release.Revision = 7
	if v.Facts.Hubs[1].Release.Revision != 0 {
		t.Error("what a cluster says has changed the whole survey")
	}
	s.session.Config.Clusters = nil
	if alone := s.Parts(v); len(alone) != 1 || alone[0] != v || alone[0].Cluster != "" {
		t.Errorf("one cluster: got %d parts", len(alone))
	}
}

func TestAnImageOfHubsOnTwoClustersIsPlannedOnce(t *testing.T) {
	v := &Survey{Facts: plan.Facts{Build: true}}
	for _, at := range []layout.Address{{Hub: "east-a", Cluster: "east"}, {Hub: "west-a", Cluster: "west"}} {
		v.Hubs = append(v.Hubs, hub.Hub{Name: at.Hub, At: at})
		v.Facts.Hubs = append(v.Facts.Hubs, plan.HubFacts{Name: at.Hub, Images: []plan.ImageFacts{{Name: "course", Tag: "abc"}}})
	}
	v.rank()
	var err error
	if v.Plan, err = plan.Make(v.Facts); err != nil {
		t.Fatal(err)
	}
	s := &Surveyor{session: &session.Session{Config: &config.Config{Clusters: []config.Cluster{{Name: "west"}, {Name: "east"}}}}}
	parts := s.Parts(v)
	for _, part := range parts { // as when its cluster was asked
		part.Facts.Hubs[0].Release = plan.Release{Asked: true, Revision: 4}
		if part.Plan, err = plan.Make(part.Facts); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Join(parts[:1], parts); err != nil {
		t.Fatal(err)
	}
	west, east := parts[0].Of("west-a"), parts[1].Of("east-a")
	if !east.Build.Do || west.Build.Do || west.Build.Reason != "with hub east-a, which has the same image" {
		t.Errorf("east: %+v, west: %+v", east.Build, west.Build)
	}
	if v.FactsOf("west-a").Release.Asked {
		t.Error("what a cluster says has changed the whole survey")
	}
}
