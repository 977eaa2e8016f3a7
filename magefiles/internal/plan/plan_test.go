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
			HubFacts{Name: "a", HasImage: true, Tag: "t1"},
			false, false,
			"do: image missing in registry", "do: image missing in registry", "do: push to master, which owns it",
		},
		"unchanged": {
			push1("master"),
			HubFacts{Name: "a", HasImage: true, Tag: "t1", Present: true},
			false, false,
			"skip: unchanged: the registry has t1", "skip: unchanged: the registry has t1", "do: push to master, which owns it",
		},
		"rebuilt": {
			push1("master"),
			HubFacts{Name: "a", HasImage: true, Tag: "t1", Present: true},
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
			HubFacts{Name: "a", HasImage: true},
			false, false,
			"refuse: hub of branch master, the branch is staging", "refuse: hub of branch master, the branch is staging", "refuse: hub of branch master, the branch is staging",
		},
		"test hub on master": {
			push1("master"),
			HubFacts{Name: "test-1", HasImage: true},
			false, false,
			"refuse: hub of branch staging, the branch is master", "refuse: hub of branch staging, the branch is master", "refuse: hub of branch staging, the branch is master",
		},
		"feature branch": {
			push1("feature"),
			HubFacts{Name: "a", HasImage: true},
			false, false,
			"do: image missing in registry", "refuse: hub of branch master, the branch is feature", "refuse: hub of branch master, the branch is feature",
		},
		"pull request": {
			pull,
			HubFacts{Name: "a", HasImage: true},
			false, false,
			"do: image missing in registry", "refuse: pull request to master: no push, no deploy", "refuse: pull request to master: no push, no deploy",
		},
		"BUILD=0": {
			local,
			HubFacts{Name: "a", HasImage: true},
			true, false,
			"skip: BUILD=0", "skip: BUILD=0", "do: asked for, on this machine",
		},
		"pull request without a login": {
			pull,
			HubFacts{Name: "a", HasImage: true, Unsure: true},
			false, false,
			"do: the registry does not say whether it has it (check the credentials)", "refuse: pull request to master: no push, no deploy", "refuse: pull request to master: no push, no deploy",
		},
		"changed since the last image": {
			local,
			HubFacts{Name: "a", HasImage: true, Since: Since{[]string{"Dockerfile", "x", "y", "z"}, 3}},
			false, false,
			"do: context changed: Dockerfile, x, y and 1 more (3 commits)", "do: context changed: Dockerfile, x, y and 1 more (3 commits)", "do: asked for, on this machine",
		},
		"laptop, uncommitted": {
			local,
			HubFacts{Name: "a", HasImage: true, Dirty: true},
			false, false,
			"do: uncommitted changes", "do: uncommitted changes", "do: asked for, on this machine",
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := Make(Facts{Event: test.event, Branches: branches, Build: !test.noBuild, Rebuild: test.rebuild, Hubs: []HubFacts{test.hub}})
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
	_, err := Make(Facts{Event: push1("master"), Branches: branches, Build: true, Hubs: []HubFacts{{Name: "a", Dirty: true}}})
	if err == nil || !strings.Contains(err.Error(), "uncommitted changes") {
		t.Errorf("dirty in CI: %v", err)
	}
	twice := []config.Branch{{Name: "x", Hubs: []string{"a"}}, {Name: "y", Hubs: []string{"a"}}}
	if _, err := Make(Facts{Branches: twice, Hubs: []HubFacts{{Name: "a"}}}); err == nil || !strings.Contains(err.Error(), "both x and y") {
		t.Errorf("two owners: %v", err)
	}
}
