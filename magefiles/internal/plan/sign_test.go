package plan

import (
	"testing"

	"hub-ops/magefiles/internal/ci"
)

func TestSignatures(t *testing.T) {
	const asked, verifies, refuses = "do: asked for, on this machine", "; after its signature is verified", "; to be refused, for the image is not signed and there is no key to sign it with"
	pull := ci.Event{Kind: ci.PullRequest, Provider: "travis", Branch: "master"}
	for name, test := range map[string]struct {
		event                    ci.Event
		signs, verifies, noBuild bool
		hub                      HubFacts
		push, deploy             string
	}{
		"no keys":                     {hub: HubFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: asked},
		"signed":                      {signs: true, verifies: true, hub: HubFacts{Present: true, Signed: true}, push: "skip: unchanged: the registry has t1", deploy: asked + verifies},
		"there and not signed":        {signs: true, verifies: true, hub: HubFacts{Present: true}, push: "do: the registry has t1, not signed", deploy: asked + verifies},
		"new":                         {signs: true, verifies: true, push: "do: image missing in registry", deploy: asked + verifies},
		"no key, there":               {verifies: true, hub: HubFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: asked + refuses},
		"no key, signed":              {verifies: true, hub: HubFacts{Present: true, Signed: true}, push: "skip: unchanged: the registry has t1", deploy: asked + verifies},
		"no key, new":                 {verifies: true, push: "do: image missing in registry", deploy: asked + refuses},
		"BUILD=0, there":              {signs: true, verifies: true, noBuild: true, hub: HubFacts{Present: true}, push: "skip: BUILD=0", deploy: asked + refuses},
		"a pull request signs none":   {event: pull, signs: true, verifies: true, hub: HubFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: "refuse: pull request to master: no push, no deploy"},
		"a branch that is not theirs": {event: push1("other"), signs: true, verifies: true, hub: HubFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: "refuse: hub of branch master, the branch is other"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.event.Kind == "" {
				test.event.Kind = ci.Local
			}
			test.hub.Name, test.hub.HasImage, test.hub.Tag = "a", true, "t1"
			plan, err := Make(Facts{Event: test.event, Branches: branches, Build: !test.noBuild, Signs: test.signs, Verifies: test.verifies, Hubs: []HubFacts{test.hub}})
			if err != nil {
				t.Fatal(err)
			}
			if push, deploy := show(plan.Hubs[0].Push), show(plan.Hubs[0].Deploy); push != test.push || deploy != test.deploy {
				t.Errorf("push %q, deploy %q", push, deploy)
			}
		})
	}
}
