package plan

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/history"
)

// What the registry has is deployed where somebody vouches for it, and what nobody vouches for is an error among other hubs too.
func TestWhoVouchesForAnImage(t *testing.T) {
	first, second := "sha256:"+strings.Repeat("1", 64), "sha256:"+strings.Repeat("2", 64)
	deployed := func(digest string) history.Revision {
		return history.Revision{Number: 7, Record: history.Record{ImageTag: "t1", ImageDigest: history.Image(digest)}}
	}
	const replaced = "t1 names sha256:2222222222222222222222222222222222222222222222222222222222222222 in the registry, and sha256:111111111111 when revision 7 was deployed: " +
		"it was built anew, or somebody else replaced it; find out who, ALLOW_IMAGE=sha256:2222222222222222222222222222222222222222222222222222222222222222 deploys it"
	for name, test := range map[string]struct {
		facts Facts
		image ImageFacts
		want  string
	}{
		"as it was deployed":      {Facts{}, ImageFacts{Digest: first, Last: deployed(first)}, ""},
		"never deployed":          {Facts{}, ImageFacts{Digest: second}, ""},
		"replaced":                {Facts{}, ImageFacts{Digest: second, Last: deployed(first)}, replaced},
		"not in the registry":     {Facts{}, ImageFacts{Last: deployed(first)}, ""},
		"built anew by this run":  {Facts{}, ImageFacts{Digest: second, Pushed: second, Last: deployed(first)}, ""},
		"to be built anew":        {Facts{Build: true, Rebuild: true}, ImageFacts{Digest: second, Present: true, Last: deployed(first)}, replaced},
		"signed":                  {Facts{Verifies: true}, ImageFacts{Digest: second, Last: deployed(first)}, ""},
		"an operator says so":     {Facts{AllowImages: []string{first, second}}, ImageFacts{Digest: second, Last: deployed(first)}, ""},
		"of another one, he does": {Facts{AllowImages: []string{first}}, ImageFacts{Digest: second, Last: deployed(first)}, replaced},
		"DEPLOY_UNCHANGED":        {Facts{DeployUnchanged: true}, ImageFacts{Digest: second, Last: deployed(first)}, replaced},
		"replaced since it was pushed": {
			Facts{},
			ImageFacts{Digest: second, Pushed: first},
			"t1 names " + second + " in the registry, and this run has pushed sha256:111111111111 under it: another run replaced it, or somebody else; ALLOW_IMAGE=" + second + " deploys it",
		},
	} {
		test.image.Name, test.image.Tag = "a", "t1"
		if got := Doubt(test.facts, test.image); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
		test.facts.Event, test.facts.Hubs = ci.Event{Kind: ci.Local}, []HubFacts{{Name: "a", Images: []ImageFacts{test.image}, Release: Release{Asked: true}}}
		plan, err := Make(test.facts)
		if err != nil {
			t.Fatal(err)
		}
		goes := test.want == "" || test.facts.Rebuild // then the push comes first
		if step := plan.Hubs[0].Deploy; step.Do != goes || step.Blocked == goes || step.Refused != step.Blocked {
			t.Errorf("%s: %+v", name, step)
		}
	}
}
