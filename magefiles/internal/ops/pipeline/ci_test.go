package pipeline

import (
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

func TestARunThatDeploysNothingSaysWhy(t *testing.T) {
	push := func(branch string) ci.Event { return ci.Event{Kind: ci.Push, Branch: branch} }
	hubs := []plan.Hub{{Name: "a", Gate: plan.Step{Refused: true, Reason: "no branch owns hub a"}}}
	both := []config.Branch{{Name: "main", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"b"}}}
	for want, test := range map[string]struct {
		event    ci.Event
		branches []config.Branch
		hubs     []plan.Hub
	}{
		"pull request to main": {ci.Event{Kind: ci.PullRequest, Branch: "main"}, both, hubs},
		"push to feature, and what deploys is a push to main or staging":                                                    {push("feature"), both, hubs},
		"push to main, and the repository has no hubs":                                                                      {push("main"), both, nil},
		"push to staging, no branch owns hub a":                                                                             {push("staging"), both[1:], hubs},
		"push to main, and this clone does not know the default branch; branches in hubops.yaml says which branches deploy": {push("main"), nil, hubs},
	} {
		found := &survey.Survey{Facts: plan.Facts{Event: test.event, Branches: test.branches}, Plan: plan.Plan{Event: test.event, Hubs: test.hubs}}
		if got := whyNothing(found); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
