package plan

import (
	"testing"

	"hub-ops/magefiles/internal/ci"
)

func TestSignatures(t *testing.T) {
	const asked, verifies, noKey = "do: asked for, on this machine", "; after its signature is verified", "; to be refused, for the image is not signed and there is no key to sign it with"
	const refuses = "; to be refused, for the image in the registry is not signed"
	const unseen = "refuse: the registry has t1, not signed: it was pushed without the key, or by somebody else, and no run signs what it has not built; REBUILD=1 builds, pushes and signs it anew"
	pull := ci.Event{Kind: ci.PullRequest, Provider: "travis", Branch: "master"}
	for name, test := range map[string]struct {
		event                             ci.Event
		signs, verifies, noBuild, rebuild bool
		image                             ImageFacts
		push, deploy                      string
	}{
		"no keys":                            {image: ImageFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: asked},
		"signed":                             {signs: true, verifies: true, image: ImageFacts{Present: true, Signed: true}, push: "skip: unchanged: the registry has t1", deploy: asked + verifies},
		"there and not signed":               {signs: true, verifies: true, image: ImageFacts{Present: true}, push: unseen, deploy: asked + refuses},
		"the same in CI":                     {event: push1("master"), signs: true, verifies: true, image: ImageFacts{Present: true}, push: unseen, deploy: "do: push to master, which owns it" + refuses},
		"the same, with uncommitted changes": {signs: true, verifies: true, image: ImageFacts{Present: true, Dirty: true}, push: unseen, deploy: asked + refuses},
		"built anew":                         {signs: true, verifies: true, rebuild: true, image: ImageFacts{Present: true}, push: "do: REBUILD=1", deploy: asked + verifies},
		"new":                                {signs: true, verifies: true, push: "do: image missing in registry", deploy: asked + verifies},
		"no key, there":                      {verifies: true, image: ImageFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: asked + noKey},
		"no key, signed":                     {verifies: true, image: ImageFacts{Present: true, Signed: true}, push: "skip: unchanged: the registry has t1", deploy: asked + verifies},
		"no key, new":                        {verifies: true, push: "do: image missing in registry", deploy: asked + noKey},
		"BUILD=0, there":                     {signs: true, verifies: true, noBuild: true, image: ImageFacts{Present: true}, push: "skip: BUILD=0", deploy: asked + refuses},
		"a pull request signs none":          {event: pull, signs: true, verifies: true, image: ImageFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: "refuse: pull request to master: no push, no deploy"},
		"a branch that is not theirs":        {event: push1("other"), signs: true, verifies: true, image: ImageFacts{Present: true}, push: "skip: unchanged: the registry has t1", deploy: "refuse: hub of branch master, the branch is other"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.event.Kind == "" {
				test.event.Kind = ci.Local
			}
			test.image.Name, test.image.Tag = "a", "t1"
			plan, err := Make(Facts{Event: test.event, Branches: branches, Owners: Owners{branches, "origin/master"}, Build: !test.noBuild, Rebuild: test.rebuild, Signs: test.signs, Verifies: test.verifies, Hubs: []HubFacts{{Name: "a", Images: []ImageFacts{test.image}}}})
			if err != nil {
				t.Fatal(err)
			}
			if push, deploy := show(plan.Hubs[0].Push), show(plan.Hubs[0].Deploy); push != test.push || deploy != test.deploy {
				t.Errorf("push %q, deploy %q", push, deploy)
			}
		})
	}
}
