package plan

import (
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// A scheduled build goes on with what a push has begun, and does nothing else.
func TestWhatAScheduledBuildGoesOnWith(t *testing.T) {
	const day = 24 * time.Hour
	changed := released("deployed", "v1", "v2", day)
	done := func(had time.Duration) Release { return released("deployed", "v2", "v2", had) }
	values := released("deployed", "v1", "v1", day)
	values.Wanted.Values = "others"
	tried := changed
	tried.Tried = true
	for name, test := range map[string]struct {
		fleet *fleet
		want  string
	}{
		"nothing changed":           {newFleet("a", "b", "c"), "a no\nb no\nc no"},
		"no round has begun":        {newFleet("a", "b", "c").release("a", changed).release("b", changed), "a refused\nb waits for round 1, which is not done: a\nc no"},
		"round 1 soaks":             {newFleet("a", "b", "c").release("a", done(time.Minute)).release("b", changed), "a no\nb waits for round 1, which soaks until 14:29 UTC\nc no"},
		"round 1 is done":           {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", changed).release("c", changed), "a no\nb yes\nc waits for round 2, which is not done: b"},
		"round 2 is done":           {newFleet("a", "b", "c").release("a", done(2*time.Hour)).release("b", done(time.Hour)).release("c", changed), "a no\nb no\nc yes"},
		"of the last round alone":   {newFleet("a", "b", "c").release("c", changed), "a no\nb no\nc refused"},
		"the first round failed":    {newFleet("a", "b", "c").release("a", released("failed", "v2", "v2", 0)).release("b", changed), "a refused\nb waits for round 1, which failed at a\nc no"},
		"the second one failed":     {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", released("failed", "v2", "v2", day)), "a no\nb refused\nc no"},
		"it was brought back":       {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", tried), "a no\nb refused\nc no"},
		"a run was killed":          {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", released("pending-upgrade", "v2", "v2", day)), "a no\nb yes\nc no"},
		"values alone":              {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", values), "a no\nb refused\nc no"},
		"a first install":           {newFleet("a", "b", "c").release("a", done(time.Hour)).release("b", Release{Asked: true}), "a no\nb refused\nc no"},
		"early":                     {newFleet("a", "b", "c").release("a", done(time.Minute)).release("b", changed).set("b", func(h *HubFacts) { h.Early = true }), "a no\nb refused\nc no"},
		"somebody else's":           {newFleet("a", "b", "c").release("a", done(time.Hour)).set("b", func(h *HubFacts) { h.Release.Foreign = "theirs" }), "a no\nb refused\nc no"},
		"the cluster was not asked": {newFleet("a").release("a", Release{}), "a yes"},
	} {
		test.fleet.facts.Event = ci.Event{Kind: ci.Cron, Branch: "main", Resumes: true}
		test.fleet.facts.Branches = []config.Branch{{Name: "main", Hubs: []string{"*"}}}
		test.fleet.facts.Owners = Owners{Branches: test.fleet.facts.Branches, From: "origin/main"}
		if got := test.fleet.steps(t); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, test.want)
		}
		made, err := Make(test.fleet.facts)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range made.Hubs {
			if h.Gate.Do || h.Push.Do || h.Build.Do || h.Deploy.Blocked || h.Deploy.Refused && !h.Deploy.Waits && !strings.HasPrefix(h.Deploy.Reason, "scheduled build of main: ") {
				t.Errorf("%s: %+v", name, h)
			}
		}
	}
}
