package survey

import (
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/layout"
)

func TestWhereAHubThatIsGoneHasItsRelease(t *testing.T) {
	here := history.Marks([]string{"us/hubs"})
	made := func(namespace, name, hub, repository, status string) history.Release {
		return history.Release{Namespace: namespace, Name: name, Revisions: []history.Revision{{Number: 1, Status: status, Record: history.Record{Commit: "abc", Hub: hub, Repository: repository}}}}
	}
	for name, test := range map[string]struct {
		releases []history.Release
		want     layout.Address
	}{
		"nowhere":               {nil, layout.Plain("course")},
		"where its record is":   {[]history.Release{made("ns", "old", "course", "us_hubs", "deployed"), made("course", "course", "other", "us_hubs", "deployed")}, layout.Address{Hub: "course", Release: "old", Namespace: "ns"}},
		"not in another's":      {[]history.Release{made("ns", "old", "course", "them_hubs", "deployed")}, layout.Plain("course")},
		"not where it was":      {[]history.Release{made("ns", "old", "course", "us_hubs", "uninstalled")}, layout.Plain("course")},
		"an old one, as it was": {[]history.Release{made("course", "course", "", "us_hubs", "deployed")}, layout.Plain("course")},
		"in two":                {[]history.Release{made("a", "a", "course", "us_hubs", "deployed"), made("b", "b", "course", "us_hubs", "failed")}, layout.Address{}},
	} {
		all := map[string]history.Release{}
		for _, one := range test.releases {
			all[one.Namespace+"/"+one.Name] = one
		}
		got, err := recordedAt(all, here, "course")
		if (err != nil) != (test.want == layout.Address{}) || err == nil && got != test.want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}
