package plan

import (
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// shared are the facts of two hubs, of which another job has the first.
func shared(change func(first, second *HubFacts)) Facts {
	facts := Facts{
		Event: ci.Event{Kind: ci.Push, Branch: "main"}, Branches: config.OwningAll("main"), Owners: Owners{config.OwningAll("main"), "origin/main"}, Build: true,
		Hubs: []HubFacts{
			{Name: "a", Images: []ImageFacts{{Name: "r", Tag: "t1"}}, Release: Release{Asked: true}, Other: "is in share 1/2"},
			{Name: "b", Images: []ImageFacts{{Name: "r", Tag: "t1"}}, Release: Release{Asked: true}},
		},
	}
	change(&facts.Hubs[0], &facts.Hubs[1])
	return facts
}

func TestAJobDoesItsShare(t *testing.T) {
	made, err := Make(shared(func(_, _ *HubFacts) {}))
	if err != nil {
		t.Fatal(err)
	}
	a, b := made.Hubs[0], made.Hubs[1]
	if a.Deploy.Do || a.Push.Do || a.Build.Do || a.Deploy.Refused || a.Deploy.Reason != "is in share 1/2" || a.Pass.For("a") == nil || a.Pass.ForImage("r") == nil {
		t.Errorf("another job's: %+v", a)
	}
	if !b.Deploy.Do || !b.Push.Do || !b.Build.Do { // the other job may be no further than this one
		t.Errorf("its own, with an image that both have: %+v", b)
	}
	checked, err := Make(shared(func(first, second *HubFacts) {
		first.Images[0].HasCheck, second.Images[0].HasCheck = true, true
	}))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := checked.Hubs[0].Images[0], checked.Hubs[1].Images[0]; a.Check.Do || !b.Check.Do || !b.Build.Do {
		t.Errorf("who builds an image checks it: %+v, %+v", a, b)
	}
	if !a.Gate.Do || !a.May.Do {
		t.Errorf("the gates say of all hubs what the event may: %+v", a)
	}
}

// What the event may not do, no share makes it do.
func TestTheGatesHoldInEachShare(t *testing.T) {
	for _, c := range Cases() {
		facts := c.Facts()
		whole, err := Make(facts)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{"", "is in share 1/2"} {
			facts.Hubs[0].Other = other
			part, err := Make(facts)
			if err != nil {
				t.Fatal(err)
			}
			is, was := part.Hubs[0], whole.Hubs[0]
			if is.Deploy.Do && !was.Deploy.Do || is.Push.Do && !was.Push.Do || is.Build.Do && !was.Build.Do || is.Gate != was.Gate || is.May != was.May {
				t.Errorf("%s, %q: %+v, and of all %+v", c.Name, other, is, was)
			}
		}
	}
}

func TestWavesStayInOrderBetweenJobs(t *testing.T) {
	for name, test := range map[string]struct {
		change func(first, second *HubFacts)
		waits  bool
	}{
		"of one wave":            {func(_, _ *HubFacts) {}, false},
		"of a later wave":        {func(_, b *HubFacts) { b.Wave = 1 }, true},
		"of an earlier one":      {func(a, _ *HubFacts) { a.Wave = 1 }, false},
		"of another cluster":     {func(a, b *HubFacts) { a.Cluster, b.Wave = "west", 1 }, false},
		"which nobody has asked": {func(a, b *HubFacts) { a.Release.Asked, b.Wave = false, 1 }, false},
		"which is in this job":   {func(a, b *HubFacts) { a.Other, b.Wave = "", 1 }, false},
		"which cannot be deployed": {func(a, b *HubFacts) {
			a.Release.Foreign, b.Wave = "the cluster has a release a, and it is not ours", 1
		}, true},
	} {
		made, err := Make(shared(test.change))
		if err != nil {
			t.Fatal(err)
		}
		deploy := made.Hubs[1].Deploy
		if deploy.Blocked != test.waits || deploy.Do == test.waits {
			t.Errorf("%s: %+v", name, deploy)
		}
		if want := "wave 1 is not done: a, which is in share 1/2"; test.waits && deploy.Reason != want {
			t.Errorf("%s: got %q, want %q", name, deploy.Reason, want)
		}
	}
}

// A hub of another branch is none that a wave waits for.
func TestAWaveWaitsForNoOtherBranchesHub(t *testing.T) {
	facts := shared(func(_, b *HubFacts) { b.Wave = 1 })
	facts.Branches = []config.Branch{{Name: "main", Hubs: []string{"*"}}, {Name: "other", Hubs: []string{"a"}}}
	facts.Owners.Branches = facts.Branches
	made, err := Make(facts)
	if err != nil || !made.Hubs[1].Deploy.Do {
		t.Errorf("%+v, %v", made.Hubs[1].Deploy, err)
	}
}
