package release

import (
	"testing"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
)

func TestStateOfARelease(t *testing.T) {
	revisions := func(statuses ...string) history.Release {
		release := history.Release{Namespace: "a", Name: "a"}
		for i, status := range statuses {
			release.Revisions = append(release.Revisions, history.Revision{Number: i + 1, Status: status})
		}
		return release
	}
	for want, test := range map[string]struct {
		release history.Release
		before  int
	}{
		"it is not deployed, and never was":                                                                          {revisions(), 0},
		"it is as it was, at revision 2 (deployed)":                                                                  {revisions("superseded", "deployed"), 2},
		"revision 2 is deployed; whether it became ready, 'mage rollout:hub a' tells":                                {revisions("superseded", "deployed"), 1},
		"revision 2 is pending-upgrade: the next deploy puts it in order":                                            {revisions("deployed", "pending-upgrade"), 1},
		"revision 2 is failed; mend the cause and deploy again, or go back to revision 1 with 'mage rollback:hub a'": {revisions("deployed", "failed"), 1},
		"revision 1 is failed": {revisions("failed"), 0},
	} {
		if got := stateOf(hub.Hub{Name: "a"}, test.release, test.before); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
