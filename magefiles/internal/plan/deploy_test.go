package plan

import (
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/history"
)

var made = history.Record{
	Run: "travis-12", ImageTag: "t1", ImageDigest: "d1", Chart: "c1", Dependencies: "p1", Values: "v1", Secrets: "s1", Options: "o1", Revision: "12",
}

func TestDeployAndItsReason(t *testing.T) {
	other, drifted, copied, older := made, made, made, made
	other.Chart, other.Secrets = "c2", "s2"
	drifted.ImageDigest = "d2"
	copied.Revision, older.Revision = "11", ""
	release := func(status string, recorded, wanted history.Record) Release {
		return Release{Asked: true, Age: 10*time.Minute + time.Millisecond, Wanted: wanted}.
			With(history.Revision{Number: 12, Status: status, Record: recorded})
	}
	for name, test := range map[string]struct {
		release Release
		all     bool
		want    string
	}{
		"not asked":           {Release{}, false, "do: asked for, on this machine"},
		"never":               {Release{Asked: true, Wanted: made}, false, "do: never deployed"},
		"unchanged":           {release("deployed", made, made), false, "skip: unchanged since revision 12"},
		"all the same":        {release("deployed", made, made), true, "do: DEPLOY_UNCHANGED=1, unchanged since revision 12"},
		"changed":             {release("deployed", made, other), false, "do: changed since revision 12: chart, secret values"},
		"drifted":             {release("deployed", made, drifted), false, "do: drifted in image: the registry has another one under t1 since revision 12"},
		"failed":              {release("failed", made, made), false, "do: failed last time, in revision 12"},
		"stuck":               {release("pending-upgrade", made, made), false, "do: stuck: pending-upgrade since 10m0s, begun by travis-12"},
		"half removed":        {release("uninstalling", history.Record{}, made), false, "do: stuck: uninstalling since 10m0s, begun by somebody"},
		"kept history":        {release("uninstalled", made, made), false, "do: never deployed"},
		"of an older tool":    {release("deployed", history.Record{ImageTag: "t1"}, made), false, "do: revision 12 does not say what it was made from"},
		"by hand":             {release("deployed", copied, made), false, "do: revision 12 was not made by hub-ops: helm has copied the record of revision 11 to it"},
		"of an older hub-ops": {release("deployed", older, made), false, "do: revision 12 does not say what it was made from"},
		"image is not back":   {release("deployed", made, func() history.Record { r := made; r.ImageDigest = ""; return r }()), false, "skip: unchanged since revision 12"},
		"under another name":  {Release{Asked: true, Wanted: made, Elsewhere: "the cluster has it as release old"}, true, "refuse: never deployed here, and the cluster has it as release old"},
		"somebody else's":     {func() Release { r := release("deployed", made, made); r.Foreign = "hub-ops did not make it"; return r }(), true, "refuse: hub-ops did not make it"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := Make(Facts{Event: ci.Event{Kind: ci.Local}, DeployUnchanged: test.all, Hubs: []HubFacts{{Name: "a", Release: test.release}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(plan.Hubs[0].Deploy); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNoStateOfAReleaseOpensTheGate(t *testing.T) {
	branches := []config.Branch{{Name: "master", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"b"}}}
	plan, err := Make(Facts{Event: push1("staging"), Branches: branches, Owners: Owners{branches, "origin/master"}, DeployUnchanged: true, Hubs: []HubFacts{{Name: "a", Release: Release{Asked: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(plan.Hubs[0].Deploy); got != "refuse: hub of branch master, the branch is staging" {
		t.Errorf("got %q", got)
	}
}
