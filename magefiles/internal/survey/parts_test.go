package survey

import (
	"slices"
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
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

// What lies beyond a survey counts for its plan, and is told only if its cluster has answered.
func TestWhatLiesBeyondASurveyCounts(t *testing.T) {
	record := func(chart string) history.Record {
		return history.Record{Chart: chart, ChartCode: chart, Options: "o", Values: "same", Revision: "2"}
	}
	fact := func(name, has string) plan.HubFacts {
		running := history.Revision{Number: 2, Status: "deployed", Record: record(has)}
		return plan.HubFacts{Name: name, Release: plan.Release{Asked: true, Running: running, Wanted: record("v2"), Had: time.Hour}.With(running)}
	}
	part := func(cluster string, fact plan.HubFacts) *Survey {
		v := &Survey{Cluster: cluster, Hubs: []hub.Hub{{Name: fact.Name}}, Facts: plan.Facts{Hubs: []plan.HubFacts{fact}}, Plan: plan.Plan{Hubs: make([]plan.Hub, 1)}}
		v.Facts.Rounds = plan.Rounds{
			Steps: []config.Round{{Soak: time.Minute}, {}}, For: history.AllKinds(),
			Hubs: []plan.RoundHub{{Name: "first", Cluster: "lab", Round: 1}, {Name: "own", Cluster: "west", Round: 2}},
		}
		v.Facts.Event.Kind = ci.Local
		v.rank()
		return v
	}
	west := part("west", fact("own", "v1"))
	said := func(beyond ...*Survey) string {
		t.Helper()
		parts := []*Survey{west}
		if err := west.Join(append(parts, beyond...), append(parts, beyond...)); err != nil {
			t.Fatal(err)
		}
		return west.Of("own").Deploy.Reason
	}
	if names := func() []string { said(); return west.beyond([]*Survey{west}, true)["lab"] }(); !slices.Equal(names, []string{"first"}) {
		t.Errorf("asked after are %q", names)
	}
	if got := said(part("lab", fact("first", "v2"))); got != "changed since revision 2: chart" {
		t.Errorf("it is done: got %q", got)
	}
	if got := said(part("lab", fact("first", "v1"))); got != "waits for round 1, which is not done: first" {
		t.Errorf("it is not done: got %q", got)
	}
	west.AwayBy("lab", exit.Errorf(exit.Setup, "no key\nof any kind").Try("give one"))
	if got := said(); got != "waits for round 1, of which nobody knows: cluster lab cannot be asked (no key): a run with access to lab goes on; ALLOW_EARLY=own deploys it now" {
		t.Errorf("it is away: got %q", got)
	}
	west.AwayBy("lab", nil)
	if got := said(); got != "waits for round 1, and this run does not look at first: 'mage deploy' looks at all hubs; ALLOW_EARLY=own deploys it now" {
		t.Errorf("it has answered: got %q", got)
	}
}
