package plan

import (
	"testing"

	"hub-ops/magefiles/internal/ci"
)

// An image is checked when it is built, and again when its check.yaml is another. Nothing is said of one without a check.yaml.
func TestChecks(t *testing.T) {
	there := ImageFacts{Name: "a", Tag: "t1", Present: true, HasCheck: true}
	with := func(by Checked) ImageFacts { there := there; there.CheckedBy = by; return there }
	for name, test := range map[string]struct {
		facts Facts
		image ImageFacts
		want  string
	}{
		"built":         {Facts{Build: true}, ImageFacts{Name: "a", Tag: "t1", HasCheck: true}, "do: before the push, by check.yaml"},
		"built anew":    {Facts{Build: true, Rebuild: true}, there, "do: before the push, by check.yaml"},
		"no check.yaml": {Facts{Build: true}, ImageFacts{Name: "a", Tag: "t1"}, "skip: "},
		"the same":      {Facts{Build: true}, with(CheckSame), "skip: checked before its push, by this check.yaml"},
		"another":       {Facts{Build: true}, with(CheckOther), "do: check.yaml is not the one that the image was checked by: it is checked if this machine has it"},
		"unknown":       {Facts{Build: true}, with(CheckUnknown), "do: the registry does not say by which check.yaml the image was checked: it is checked if this machine has it"},
		"BUILD=0":       {Facts{}, with(CheckOther), "skip: BUILD=0"},
	} {
		test.facts.Event, test.facts.Hubs = ci.Event{Kind: ci.Local}, []HubFacts{{Name: "a", Images: []ImageFacts{test.image}}, {Name: "b", Images: []ImageFacts{test.image}}}
		made, err := Make(test.facts)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(made.Hubs[0].Images[0].Check); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if step := made.Hubs[1].Images[0].Check; step.Do { // one hub checks it for both
			t.Errorf("%s: checked twice", name)
		}
		if checks := made.Hubs[0].Checks(); checks != made.Hubs[0].Images[0].Check.Do {
			t.Errorf("%s: the hub checks: %t", name, checks)
		}
	}
}

// Whatever is pushed was built, and so checked, by the same run: no push goes by the check.
func TestNoPushWithoutItsCheck(t *testing.T) {
	for _, facts := range []Facts{{Build: true}, {Build: true, Rebuild: true}, {}} {
		for _, image := range []ImageFacts{
			{}, {Present: true}, {Present: true, CheckedBy: CheckOther}, {Unsure: true}, {Dirty: true}, {BaseMoved: true}, {Failed: "its image did not pass its check"},
		} {
			image.Name, image.Tag, image.HasCheck = "a", "t1", true
			facts.Event, facts.Hubs = ci.Event{Kind: ci.Local}, []HubFacts{{Name: "a", Images: []ImageFacts{image}}}
			made, err := Make(facts)
			if err != nil {
				t.Fatal(err)
			}
			if step := made.Hubs[0].Images[0]; step.Push.Do && (!step.Build.Do || !step.Check.Do || image.Failed != "") {
				t.Errorf("%+v: pushed, with build %+v and check %+v", image, step.Build, step.Check)
			}
		}
	}
}
