package survey

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/plan"
)

// Hubs of one image fail together, and no others.
func TestHubsOfAnImageThatFailedAreNotDeployed(t *testing.T) {
	hub := func(name, image, tag string) plan.HubFacts {
		return plan.HubFacts{Name: name, Images: []plan.ImageFacts{{Name: image, Tag: tag}}}
	}
	v := &Survey{Facts: plan.Facts{Event: ci.Event{Kind: ci.Local}, Build: true, Hubs: []plan.HubFacts{hub("a", "x", "t1"), hub("b", "x", "t1"), hub("c", "x", "t2"), {Name: "d"}}}, index: map[string]int{"a": 0, "b": 1, "c": 2, "d": 3}}
	s := New(nil, nil)
	s.Failed("x", "t1", "its image was not built")
	if err := s.Recall(v); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"a": false, "b": false, "c": true, "d": true} {
		if got := v.Of(name).Deploy; got.Do != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What a run has pushed under a tag that was deployed before is deployed by it, although the plan was made before the push.
func TestWhatWasPushedSinceIsDeployed(t *testing.T) {
	first, second := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	made := history.Record{ImageTag: "t1", ImageDigest: history.Image(first), Chart: "c", Options: "o", Revision: "1"}
	newest := history.Revision{Number: 1, Status: "deployed", Record: made}
	hub := func(name string) plan.HubFacts {
		return plan.HubFacts{
			Name: name, Images: []plan.ImageFacts{{Name: name, Tag: "t1", Present: true, Digest: first, Last: newest}},
			Release: plan.Release{Asked: true, Wanted: made}.With(newest),
		}
	}
	v := &Survey{Facts: plan.Facts{Event: ci.Event{Kind: ci.Local}, Build: true, Rebuild: true, Hubs: []plan.HubFacts{hub("a"), hub("b")}}, index: map[string]int{"a": 0, "b": 1}}
	s := New(nil, nil)
	s.Pushed("b", "t2", "sha256:"+strings.Repeat("3", 64)) // of another environment
	s.Pushed("b", "t1", second)
	if err := s.Recall(v); err != nil {
		t.Fatal(err)
	}
	if a, b := v.Of("a").Deploy, v.Of("b").Deploy; a.Do || !b.Do {
		t.Errorf("a: %+v, b: %+v", a, b)
	}
	if v.FactsOf("b").Image("").Pushed != second || v.FactsOf("a").Image("").Pushed != "" {
		t.Errorf("%+v", v.Facts.Hubs)
	}
}
