package plan

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

var branches = []config.Branch{{Name: "master", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"staginghub", "test-*"}}}

func push1(branch string) ci.Event {
	return ci.Event{Kind: ci.Push, Provider: "travis", Branch: branch}
}

func TestPlan(t *testing.T) {
	local := ci.Event{Kind: ci.Local}
	pull := ci.Event{Kind: ci.PullRequest, Provider: "travis", Branch: "master"}
	for name, test := range map[string]struct {
		event               ci.Event
		hub                 HubFacts
		noBuild, rebuild    bool
		build, push, deploy string
	}{
		"new content on its branch": {
			push1("master"),
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1"}}},
			false, false,
			"do: image missing in registry", "do: image missing in registry", "do: push to master, which owns it",
		},
		"unchanged": {
			push1("master"),
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Present: true}}},
			false, false,
			"skip: unchanged: the registry has t1", "skip: unchanged: the registry has t1", "do: push to master, which owns it",
		},
		"rebuilt": {
			push1("master"),
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Present: true}}},
			false, true,
			"do: REBUILD=1", "do: REBUILD=1", "do: push to master, which owns it",
		},
		"no image": {
			push1("master"),
			HubFacts{Name: "a"},
			false, false,
			"skip: no image of its own", "skip: no image of its own", "do: push to master, which owns it",
		},
		"production hub on staging": {
			push1("staging"),
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a"}}},
			false, false,
			"refuse: hub of branch master, the branch is staging", "refuse: hub of branch master, the branch is staging", "refuse: hub of branch master, the branch is staging",
		},
		"test hub on master": {
			push1("master"),
			HubFacts{Name: "test-1", Images: []ImageFacts{{Name: "test-1"}}},
			false, false,
			"refuse: hub of branch staging, the branch is master", "refuse: hub of branch staging, the branch is master", "refuse: hub of branch staging, the branch is master",
		},
		"feature branch": {
			push1("feature"),
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a"}}},
			false, false,
			"do: image missing in registry", "refuse: hub of branch master, the branch is feature", "refuse: hub of branch master, the branch is feature",
		},
		"pull request": {
			pull,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a"}}},
			false, false,
			"do: image missing in registry", "refuse: pull request to master: no push, no deploy", "refuse: pull request to master: no push, no deploy",
		},
		"BUILD=0": {
			local,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a"}}},
			true, false,
			"skip: BUILD=0", "skip: BUILD=0", "do: asked for, on this machine",
		},
		"pull request without a login": {
			pull,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Unsure: true}}},
			false, false,
			"do: the registry does not say whether it has it (check the credentials)", "refuse: pull request to master: no push, no deploy", "refuse: pull request to master: no push, no deploy",
		},
		"changed since the last image": {
			local,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Since: Since{Files: []string{"Dockerfile", "x", "y", "z"}, Commits: 3}}}},
			false, false,
			"do: context changed: Dockerfile, x, y and 1 more (3 commits)", "do: context changed: Dockerfile, x, y and 1 more (3 commits)", "do: asked for, on this machine",
		},
		"no place for images": {
			local,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Unplaced: true}}},
			false, true,
			"refuse: image.repository is not set in hubops.yaml, so nobody knows where its image is kept", "refuse: image.repository is not set in hubops.yaml, so nobody knows where its image is kept",
			"refuse: image.repository is not set in hubops.yaml, so nobody knows where its image is kept",
		},
		"no place for images, pull request": {
			pull,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Unplaced: true}}},
			false, false,
			"refuse: image.repository is not set in hubops.yaml, so nobody knows where its image is kept", "refuse: pull request to master: no push, no deploy", "refuse: pull request to master: no push, no deploy",
		},
		"laptop, uncommitted": {
			local,
			HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Dirty: true}}},
			false, false,
			"do: uncommitted changes", "do: uncommitted changes", "do: asked for, on this machine",
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := Make(Facts{Event: test.event, Branches: branches, Owners: Owners{branches, "origin/master"}, Build: !test.noBuild, Rebuild: test.rebuild, Hubs: []HubFacts{test.hub}})
			if err != nil {
				t.Fatal(err)
			}
			h := plan.Hubs[0]
			for what, pair := range map[string][2]string{
				"build": {show(h.Build), test.build}, "push": {show(h.Push), test.push}, "deploy": {show(h.Deploy), test.deploy},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
}

func show(s Step) string {
	switch {
	case s.Do:
		return "do: " + s.Reason
	case s.Refused:
		return "refuse: " + s.Reason
	}
	return "skip: " + s.Reason
}

func TestNamesOfNoHubAmongTheBranches(t *testing.T) {
	got := UnknownHubs(branches, func(name string) bool { return name == "a" })
	if len(got) != 1 || got[0] != "branches: staging names staginghub, which is no hub here" {
		t.Errorf("got %q", got)
	}
}

func TestRefusedPlans(t *testing.T) {
	_, err := Make(Facts{Event: push1("master"), Branches: branches, Owners: Owners{branches, "origin/master"}, Build: true, Hubs: []HubFacts{{Name: "a", Images: []ImageFacts{{Dirty: true}}}}})
	if err == nil || !strings.Contains(err.Error(), "uncommitted changes") {
		t.Errorf("dirty in CI: %v", err)
	}
	twice := []config.Branch{{Name: "x", Hubs: []string{"a"}}, {Name: "y", Hubs: []string{"a"}}}
	if _, err := Make(Facts{Branches: twice, Hubs: []HubFacts{{Name: "a"}}}); err == nil || !strings.Contains(err.Error(), "both x and y") {
		t.Errorf("two owners: %v", err)
	}
}

// What this run could not make it neither pushes nor deploys, and a hub without its image counts as one that failed: it stops later waves.
func TestAHubWhoseImageFailedIsNotDeployed(t *testing.T) {
	released := Release{Asked: true, Revision: 1, Status: "deployed"}
	for name, test := range map[string]struct {
		event        ci.Event
		hub          HubFacts
		push, deploy string
	}{
		"not built":           {push1("master"), HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Failed: "its image was not built"}}, Release: released}, "skip: its image was not built", "blocked: its image was not built"},
		"before it was asked": {push1("master"), HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Failed: "its image was not built"}}}, "skip: its image was not built", "blocked: its image was not built"},
		"not pushed, rebuilt": {ci.Event{Kind: ci.Local}, HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Present: true, Failed: "its image was not pushed"}}, Release: released}, "skip: its image was not pushed", "blocked: its image was not pushed"},
		"of another branch":   {push1("staging"), HubFacts{Name: "a", Images: []ImageFacts{{Name: "a", Tag: "t1", Failed: "its image was not built"}}}, "refused: hub of branch master, the branch is staging", "refused: hub of branch master, the branch is staging"},
	} {
		made, err := Make(Facts{Event: test.event, Branches: branches, Owners: Owners{branches, "origin/master"}, Build: true, Rebuild: test.hub.Image("").Present, Hubs: []HubFacts{test.hub}})
		if err != nil {
			t.Fatal(err)
		}
		for got, want := range map[string]string{how(made.Hubs[0].Push): test.push, how(made.Hubs[0].Deploy): test.deploy} {
			if got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
}

func how(step Step) string {
	word := "skip"
	switch {
	case step.Do:
		word = "do"
	case step.Blocked:
		word = "blocked"
	case step.Refused:
		word = "refused"
	}
	return word + ": " + step.Reason
}
