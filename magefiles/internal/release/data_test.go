package release

import (
	"testing"

	"hub-ops/magefiles/internal/kube"
)

func TestWhoseAClaimIs(t *testing.T) {
	made, found := kube.Namespace{Found: true, Made: "us_hubs", Deployed: "us_hubs"}, kube.Namespace{Found: true, Deployed: "us_hubs"}
	for name, test := range map[string]struct {
		claim     kube.Claim
		namespace kube.Namespace
		ours      bool
	}{
		"the release's": {kube.Claim{Helm: true}, found, true},
		"a user's":      {kube.Claim{User: true}, found, true},
		"anybody's, in a namespace that was there": {kube.Claim{}, found, false},
		"another release's":                        {kube.Claim{Other: "course/postgres"}, found, false},
		"anybody's, in our namespace":              {kube.Claim{}, made, true},
		"another release's, in our namespace":      {kube.Claim{Other: "course/postgres"}, made, false},
		"a user's of another hub's chart":          {kube.Claim{User: true, Other: "course/hub2"}, made, false},
	} {
		got := ownClaims([]kube.Claim{test.claim}, test.namespace)
		if (len(got.ours) == 1) != test.ours || len(got.ours)+len(got.others) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
