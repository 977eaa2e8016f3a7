package plan

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/layout"
)

// An image that is built elsewhere is neither built nor pushed. What is not there stops its hub, and what its tag names since is deployed only
// where somebody vouches for it.
func TestImagesBuiltElsewhere(t *testing.T) {
	first, second := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	const from, at = "quay.io/us/course:1", "hubops.yaml:3: images.r: quay.io/us/course:1"
	const moved = "images.r: quay.io/us/course:1 names sha256:222222222222 now, and sha256:111111111111 in revision 12"
	const doubted = at + " names sha256:2222222222222222222222222222222222222222222222222222222222222222 now, and sha256:111111111111 when revision 12 was deployed: it was built anew there, " +
		"or somebody replaced it; find out which: ALLOW_IMAGE=sha256:2222222222222222222222222222222222222222222222222222222222222222 deploys it, " +
		"a digest in hubops.yaml (quay.io/us/course@sha256:…) holds one, and images.r.follow: true takes what the tag names each time"
	image := func(digest string, said layout.Elsewhere) ImageFacts {
		said.From = from
		return ImageFacts{Key: "r", Name: "quay.io/us/course", Tag: "1", Digest: digest, Present: digest != "", Elsewhere: Elsewhere{Elsewhere: said, At: "hubops.yaml:3"}}
	}
	away := image("", layout.Elsewhere{})
	away.Unanswered = "registry quay.io does not answer"
	unread := image(first, layout.Elsewhere{})
	unread.Unanswered = "registry quay.io does not answer"
	assumed := away
	assumed.Assumed = true
	signed := image(second, layout.Elsewhere{})
	signed.Signed = true
	recorded := made.WithImage("r", history.ElsewhereTag(from, "1"), first)
	for name, test := range map[string]struct {
		facts         Facts
		image         ImageFacts
		never         bool
		build, deploy string
	}{
		"the same":                   {image: image(first, layout.Elsewhere{}), build: "built elsewhere: quay.io/us/course:1 is sha256:111111111111", deploy: "skip: unchanged since revision 12"},
		"never deployed":             {image: image(second, layout.Elsewhere{}), never: true, deploy: "do: never deployed"},
		"moved":                      {image: image(second, layout.Elsewhere{}), deploy: "refuse: " + doubted},
		"moved, in each event":       {facts: Facts{Event: push1("master"), DeployUnchanged: true}, image: image(second, layout.Elsewhere{}), deploy: "refuse: " + doubted},
		"moved, and followed":        {image: image(second, layout.Elsewhere{Follow: true}), deploy: "do: " + moved},
		"moved, and allowed":         {facts: Facts{AllowImages: []string{second}}, image: image(second, layout.Elsewhere{}), deploy: "do: " + moved},
		"moved, and signed":          {facts: Facts{Verifies: true, Signs: true}, image: signed, deploy: "do: " + moved + "; after its signature is verified"},
		"moved, and not signed":      {facts: Facts{Verifies: true}, image: image(second, layout.Elsewhere{}), deploy: "do: " + moved + "; to be refused, for " + from + " is not signed"},
		"moved, needs no signature":  {facts: Facts{Verifies: true}, image: image(second, layout.Elsewhere{Unsigned: true}), deploy: "refuse: " + doubted},
		"needs no signature":         {facts: Facts{Verifies: true}, image: image(first, layout.Elsewhere{Unsigned: true}), never: true, deploy: "do: never deployed"},
		"not there":                  {image: image("", layout.Elsewhere{}), build: "built elsewhere; quay.io/us/course:1 is not in its registry", deploy: "refuse: " + at + " is not in its registry"},
		"nobody knows":               {image: away, build: "built elsewhere; whether quay.io/us/course:1 is there is not known: registry quay.io does not answer", deploy: "skip: unchanged since revision 12"},
		"nobody knows, and new":      {image: away, never: true, deploy: "refuse: " + at + ": nobody knows whether it is there: registry quay.io does not answer"},
		"nobody knows, all":          {facts: Facts{DeployUnchanged: true}, image: away, deploy: "refuse: " + at + ": nobody knows whether it is there: registry quay.io does not answer"},
		"nobody knows its signature": {facts: Facts{Verifies: true}, image: unread, never: true, build: "built elsewhere; whether quay.io/us/course:1 is signed is not known: registry quay.io does not answer", deploy: "refuse: " + at + ": nobody knows whether it is signed: registry quay.io does not answer"},
		"nobody knows, in a sandbox": {image: assumed, never: true, build: "built elsewhere; quay.io/us/course:1 is taken by its name, for this is a sandbox, and nobody knows whether it is there: registry quay.io does not answer", deploy: "do: never deployed"},
	} {
		t.Run(name, func(t *testing.T) {
			facts := test.facts
			if facts.Event.Kind == "" {
				facts.Event.Kind = ci.Local
			}
			facts.Build, facts.Rebuild, facts.Branches, facts.Owners = true, true, branches, Owners{branches, "origin/master"}
			h := HubFacts{Name: "a", Images: []ImageFacts{test.image}, Release: Release{Asked: true}}
			if !test.never {
				h.Images[0].Last = history.Revision{Number: 12, Status: "deployed", Record: recorded}
				h.Release = h.Release.With(h.Images[0].Last)
			}
			h.Release.Wanted = made.WithImage("r", test.image.RecordedTag(), test.image.Digest)
			h.Release.Moved = Moved(h)
			facts.Hubs = []HubFacts{h}
			plan, err := Make(facts)
			if err != nil {
				t.Fatal(err)
			}
			got := plan.Hubs[0]
			if test.build != "" && show(got.Images[0].Build) != "skip: "+test.build || got.Build.Do || show(got.Images[0].Push) != "skip: built elsewhere" {
				t.Errorf("build %q, push %q", show(got.Images[0].Build), show(got.Images[0].Push))
			}
			if show(got.Deploy) != test.deploy {
				t.Errorf("deploy\n%q, want\n%q", show(got.Deploy), test.deploy)
			}
			if got.Pass.ForImage("quay.io/us/course") == nil {
				t.Error("the gate opens somebody else's repository")
			}
		})
	}
}

// Another name is another image, with one digest or two; a digest in it is nobody's to move.
func TestAnotherNameElsewhereIsAnotherImage(t *testing.T) {
	digest := "sha256:" + strings.Repeat("1", 64)
	image := func(from, tag string) ImageFacts {
		return ImageFacts{Key: "r", Tag: tag, Digest: digest, Elsewhere: Elsewhere{Elsewhere: layout.Elsewhere{From: from}}}
	}
	was := made.WithImage("r", image("quay.io/a:1", "1").RecordedTag(), digest)
	for from, want := range map[string]string{"quay.io/a:1": "", "quay.io/b:1": "image r", "quay.io/a:2": "image r", "quay.io/a:1@" + digest: "image r"} {
		_, tag, _ := layout.Elsewhere{From: from}.Parts()
		if got := strings.Join(was.Changed(made.WithImage("r", image(from, tag).RecordedTag(), digest)), ", "); got != want {
			t.Errorf("%s: got %q", from, got)
		}
	}
	fixed := image("quay.io/a:1@"+digest, "1")
	fixed.Last = history.Revision{Number: 3, Record: made.WithImage("r", fixed.RecordedTag(), "sha256:"+strings.Repeat("2", 64))}
	if got := Doubt(Facts{}, fixed); got != "" {
		t.Errorf("got %q", got)
	}
}
