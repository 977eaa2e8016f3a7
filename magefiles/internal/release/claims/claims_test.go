package claims

import (
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
)

func TestWhoseAClaimIs(t *testing.T) {
	made := kube.Namespace{Found: true, Made: "us_hubs", Deployed: "us_hubs"}
	found := kube.Namespace{Found: true, Deployed: "us_hubs"}
	const another = "hub b has the namespace too"
	for name, test := range map[string]struct {
		claim  kube.Claim
		in     kube.Namespace
		shared string
		ours   bool
	}{
		"the release's": {kube.Claim{Helm: true}, found, "", true},
		"a user's":      {kube.Claim{User: true}, found, "", true},
		"anybody's, in a namespace that was there": {kube.Claim{}, found, "", false},
		"another release's":                        {kube.Claim{Other: "course/postgres"}, found, "", false},
		"anybody's, in our namespace":              {kube.Claim{}, made, "", true},
		"another release's, in our namespace":      {kube.Claim{Other: "course/postgres"}, made, "", false},
		"the release's, beside another":            {kube.Claim{Helm: true}, made, another, true},
		"a user's, of one hub or another":          {kube.Claim{User: true}, made, another, false},
		"anybody's, beside another release":        {kube.Claim{}, made, another, false},
		"a user's of another hub's chart":          {kube.Claim{User: true, Other: "course/hub2"}, made, "", false},
	} {
		got := Divide([]kube.Claim{test.claim}, test.in, test.shared)
		if (len(got.Ours) == 1) != test.ours || len(got.Ours)+len(got.Others) != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Removing a hub keeps its users' data. That of its neighbour must not delete it afterwards, when helm has one release there alone, or none.
func TestWhoMayHaveDataInANamespace(t *testing.T) {
	prod := func(hub string) layout.Address { return layout.Address{Hub: hub, Release: hub, Namespace: "prod"} }
	own := map[string]history.Release{"prod/b": {Name: "b", Namespace: "prod"}}
	const named = "the namespace has not the hub's name, so what helm has not marked may be of a hub that was there before"
	for name, test := range map[string]struct {
		at       layout.Address
		releases map[string]history.Release
		hubs     []layout.Address
		want     string
	}{
		"a hub alone":              {layout.Plain("b"), map[string]history.Release{"b/b": {Name: "b", Namespace: "b"}}, []layout.Address{layout.Plain("a"), layout.Plain("b")}, ""},
		"another release":          {prod("b"), map[string]history.Release{"prod/b": {Name: "b"}, "prod/a": {Name: "a"}}, nil, "release a is in the namespace too"},
		"a hub that is not there":  {prod("b"), own, []layout.Address{prod("a"), prod("b")}, "hub a has the namespace too"},
		"in a hub's own namespace": {layout.Plain("b"), nil, []layout.Address{{Hub: "a", Release: "a", Namespace: "b"}, layout.Plain("b")}, "hub a has the namespace too"},
		"a hub that is gone":       {prod("b"), own, []layout.Address{prod("b")}, named},
		"both are gone":            {prod("b"), nil, nil, named},
	} {
		why := SharedBy(test.at, test.releases, test.hubs)
		if why != test.want {
			t.Errorf("%s: got %q", name, why)
		}
		claims := []kube.Claim{{Name: "hub-db-dir", Helm: true}, {Name: "claim-ann", User: true}}
		divided := Divide(claims, kube.Namespace{Found: true, Made: "us_hubs"}, why)
		if deletes := len(divided.Ours); (deletes == 2) != (test.want == "") {
			t.Errorf("%s: %d claims would be deleted", name, deletes)
		}
	}
}

func TestWhatOfTheDataCanBeDeletedIsTold(t *testing.T) {
	db, ann := kube.Claim{Name: "hub-db-dir", Size: "1Gi", Bound: true}, kube.Claim{Name: "claim-ann", Size: "1Gi", Bound: true}
	for want, claims := range map[string]Divided{
		"the namespace stays, there is no claim":                                                                                                                    {},
		"the namespace stays, and the data on hub-db-dir (1Gi); DELETE_DATA=b deletes it":                                                                           {Ours: []kube.Claim{db}},
		"the namespace stays, and the data on claim-ann (1Gi); DELETE_DATA=b deletes none of it: hub a has the namespace too":                                       {Others: []kube.Claim{ann}, Shared: "hub a has the namespace too"},
		"the namespace stays, and the data on hub-db-dir (1Gi), claim-ann (1Gi); DELETE_DATA=b deletes that on hub-db-dir (1Gi) alone: hub a has the namespace too": {Ours: []kube.Claim{db}, Others: []kube.Claim{ann}, Shared: "hub a has the namespace too"},
	} {
		if got := claims.Kept("b"); got != want {
			t.Errorf("got %s", got)
		}
	}
}
