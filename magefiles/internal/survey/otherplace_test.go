package survey

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session"
)

// A hub whose cluster changes in hubops.yaml would be installed again, empty, where it is now said to be.
func TestAHubThatAnotherClusterHasIsFound(t *testing.T) {
	release := func(name, hub, repository, status string) map[string]history.Release {
		return map[string]history.Release{name + "/" + name: {Name: name, Namespace: name, Revisions: []history.Revision{
			{Number: 3, Status: status, Record: history.Record{Commit: "abc", Hub: hub, Repository: repository}},
		}}}
	}
	const there = "it is release course on cluster west (revision 3): if it is to stay there, say so in hubops.yaml, hubs: {course: {layout: {cluster: west}}}; if there are to be two, ALLOW_SECOND=course"
	for name, test := range map[string]struct {
		here, west map[string]history.Release
		second     []string
		want       string
	}{
		"there":             {nil, release("course", "course", "us_hubs", "deployed"), nil, there},
		"of another name":   {nil, release("old", "course", "us_hubs", "failed"), nil, "it is release old on cluster west (revision 3)"},
		"nowhere":           {nil, release("other", "other", "us_hubs", "deployed"), nil, ""},
		"no longer":         {nil, release("course", "course", "us_hubs", "uninstalled"), nil, ""},
		"another's":         {nil, release("course", "course", "them_hubs", "deployed"), nil, ""},
		"west is away":      {nil, nil, nil, ""},
		"two are meant":     {nil, release("course", "course", "us_hubs", "deployed"), []string{"course"}, ""},
		"its own has it":    {release("old", "course", "us_hubs", "deployed"), release("course", "course", "us_hubs", "deployed"), nil, "the cluster has it as release old on cluster lab (revision 3)"},
		"both have another": {release("old", "other", "us_hubs", "deployed"), release("old", "other", "us_hubs", "deployed"), nil, ""},
	} {
		v := &Survey{}
		for _, at := range []layout.Address{{Hub: "course", Cluster: "lab", Release: "course", Namespace: "course"}, {Hub: "exam", Cluster: "west"}} {
			v.Hubs = append(v.Hubs, hub.Hub{Name: at.Hub, At: at})
		}
		s := &Surveyor{session: &session.Session{Config: &config.Config{Clusters: []config.Cluster{{Name: "lab"}, {Name: "west"}}, AllowSecond: test.second}}}
		s.reached.releases = map[string]map[string]history.Release{"west": test.west}
		part := s.Parts(v)[0]
		part.Fleet = &Fleet{cluster: "lab", here: history.Marks([]string{"us/hubs"}), releases: test.here}
		got, err := s.otherPlace(t.Context(), part, part.Hubs[0])
		if err != nil || !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
