package plan

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/history"
)

// Hubs share an image if it has one name and one content. The environments of a hub can have other contents, in one repository.
func TestSharedImages(t *testing.T) {
	hub := func(name, tag string) HubFacts {
		return HubFacts{Name: name, Images: []ImageFacts{{Name: "a", Tag: tag}}}
	}
	plan, err := Make(Facts{Event: ci.Event{Kind: ci.Local}, Build: true, Hubs: []HubFacts{hub("a-prod", "t1"), hub("a-staging", "t2"), hub("a-test", "t1"), {Name: "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"do: image missing in registry", "do: image missing in registry", "skip: with hub a-prod, which has the same image", "skip: no image of its own"} {
		if got := show(plan.Hubs[i].Build); got != want {
			t.Errorf("%s: %q, want %q", plan.Hubs[i].Name, got, want)
		}
	}
}

// A hub's images are one step: done if one is, with the reasons of those, and refused if one is.
func TestSeveralImagesOfAHub(t *testing.T) {
	facts := Facts{Event: ci.Event{Kind: ci.Local}, Build: true, Signs: true, Verifies: true}
	there, missing := ImageFacts{Name: "a", Tag: "t1", Present: true, Signed: true}, ImageFacts{Key: "r", Name: "r", Tag: "t2"}
	for name, test := range map[string]struct {
		images              []ImageFacts
		build, push, deploy string
	}{
		"one is new": {[]ImageFacts{there, missing}, "do: r: image missing in registry", "do: r: image missing in registry", "do: asked for, on this machine; after its signature is verified"},
		"none is":    {[]ImageFacts{there, {Key: "r", Name: "r", Tag: "t2", Present: true, Signed: true}}, "skip: unchanged: the registry has t1; r: unchanged: the registry has t2", "skip: unchanged: the registry has t1; r: unchanged: the registry has t2", "do: asked for, on this machine; after its signature is verified"},
		"one is nobody's": {
			[]ImageFacts{{Name: "a", Tag: "t1"}, {Key: "r", Name: "r", Tag: "t2", Present: true}},
			"do: image missing in registry",
			"refuse: r: the registry has t2, not signed: it was pushed without the key, or by somebody else, and no run signs what it has not built; REBUILD=1 builds, pushes and signs it anew",
			"do: asked for, on this machine; to be refused, for the image in the registry is not signed",
		},
	} {
		facts.Hubs = []HubFacts{{Name: "a", Images: test.images}}
		plan, err := Make(facts)
		if err != nil {
			t.Fatal(err)
		}
		h := plan.Hubs[0]
		if build, push, deploy := show(h.Build), show(h.Push), show(h.Deploy); build != test.build || push != test.push || deploy != test.deploy {
			t.Errorf("%s: %q\n%q\n%q", name, build, push, deploy)
		}
	}
}

// The record pins each image of a hub, not only the first.
func TestEachImageIsPinned(t *testing.T) {
	first, second := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	record := history.Record{ImageTag: "t1"}.WithImage("r", "t2", first)
	image := ImageFacts{Key: "r", Name: "r", Tag: "t2", Digest: second, Present: true, Last: history.Revision{Number: 3, Record: record}}
	if got := Doubt(Facts{}, image); !strings.HasPrefix(got, "t2 names "+second+" in the registry, and sha256:111111111111 when revision 3 was deployed") {
		t.Errorf("got %q", got)
	}
	if image.Digest = first; Doubt(Facts{}, image) != "" {
		t.Error("the same image")
	}
}

func TestWhatHasChanged(t *testing.T) {
	for want, since := range map[string]Since{
		"":                              {},
		"context changed: x (1 commit)": {Files: []string{"x"}, Commits: 1},
		"its base image base changed":   {Commits: 2, Base: "base"},
		"context changed: x (2 commits); its base image base changed": {Files: []string{"x"}, Commits: 2, Base: "base"},
	} {
		if got := since.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
