package survey

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/history"
)

func TestOnlyOurReleasesAreOrphans(t *testing.T) {
	release := func(name, repository, status string) history.Release {
		return history.Release{Name: name, Namespace: name, Revisions: []history.Revision{{Number: 1, Status: status, Record: history.Record{Commit: "abc", Repository: repository}}}}
	}
	byHand := release("by-hand", "", "deployed")
	byHand.Revisions[0].Record = history.Record{}
	elsewhere := release("elsewhere", "us_hubs", "deployed")
	elsewhere.Namespace = "course"
	v := &Survey{index: map[string]int{"course": 0}, Fleet: &Fleet{here: history.Marks([]string{"us/hubs"}), releases: map[string]history.Release{}}}
	for _, one := range []history.Release{
		release("course", "us_hubs", "deployed"), release("old", "us_hubs", "deployed"), release("older", "", "failed"), release("gone", "us_hubs", "uninstalled"),
		release("theirs", "them_hubs", "deployed"), byHand, elsewhere,
	} {
		v.Fleet.releases[one.Namespace+"/"+one.Name] = one
	}
	if got := v.Orphans(); !slices.Equal(got, []string{"old", "older"}) {
		t.Errorf("got %q", got)
	}
}
