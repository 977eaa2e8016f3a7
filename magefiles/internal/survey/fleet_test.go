package survey

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
)

func TestOnlyOurReleasesAreOrphans(t *testing.T) {
	release := func(name, repository, status string) history.Release {
		return history.Release{Name: name, Namespace: name, Revisions: []history.Revision{{Number: 1, Status: status, Record: history.Record{Commit: "abc", Repository: repository}}}}
	}
	byHand := release("by-hand", "", "deployed")
	byHand.Revisions[0].Record = history.Record{}
	elsewhere := release("elsewhere", "us_hubs", "deployed")
	elsewhere.Namespace = "course"
	moved := release("old-course", "us_hubs", "deployed")
	moved.Revisions[0].Record.Hub = "course"
	shared := release("small", "us_hubs", "deployed")
	shared.Namespace, shared.Revisions[0].Record.Hub = "course", "small"
	v := &Survey{Hubs: []hub.Hub{{Name: "course", At: layout.Plain("course")}}, index: map[string]int{"course": 0}, Fleet: &Fleet{here: history.Marks([]string{"us/hubs"}), releases: map[string]history.Release{}}}
	for _, one := range []history.Release{
		release("course", "us_hubs", "deployed"), release("old", "us_hubs", "deployed"), release("older", "", "failed"), release("gone", "us_hubs", "uninstalled"),
		release("theirs", "them_hubs", "deployed"), byHand, elsewhere, moved, shared,
	} {
		v.Fleet.releases[one.Namespace+"/"+one.Name] = one
	}
	want := []layout.Address{{Hub: "course", Release: "old-course", Namespace: "old-course"}, layout.Plain("old"), layout.Plain("older"), {Hub: "small", Release: "small", Namespace: "course"}}
	if got := v.Orphans(); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
