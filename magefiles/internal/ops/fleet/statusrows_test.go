package fleet

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
)

func TestRowsOfAStatus(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	made := history.Revision{Number: 3, Status: "deployed", Begun: now.Add(-3 * time.Hour), Since: now.Add(-3*time.Hour + 75*time.Second), Record: history.Record{Run: "travis-12"}}
	deployed := func(hub, state string, images ...document.DeployedImage) document.HubStatus {
		return document.HubStatus{Hub: hub, Status: "deployed", Revision: 3, Commit: "0123456789ab", State: state, Images: images}
	}
	report := &statusReport{hubs: []hubStatus{
		{HubStatus: deployed("art", "unchanged since revision 3"), newest: made, behind: "0", urgency: well, imageMade: time.Unix(0, 0)},
		{
			HubStatus: deployed("biology", "changed since revision 3: chart", document.DeployedImage{Tag: "t1", Digest: "sha256:1"}, document.DeployedImage{Key: "r", Tag: "t2", Digest: notThere}),
			newest:    made, imageMade: now.AddDate(0, 0, -40), pods: kube.Pods{Ready: 4, All: 5, Users: 2}, chart: "jupyterhub-4.3.1", behind: "2", urgency: broken,
		},
		{HubStatus: document.HubStatus{Hub: "new", State: "never deployed"}, urgency: differs},
	}}
	report.urgentFirst()
	want := [][]string{
		{"biology", "deployed", "3", "0123456789ab", "t1", "sha256:1", "4/5 ready", "changed since revision 3: chart", "jupyterhub-4.3.1", "2", "40d", "2", "3h ago", "1:15", "travis-12"},
		{"", "", "", "", "r:t2", notThere, "", "", "", "", "", "", "", "", ""},
		{"new", "never deployed", "", "", "", "", "", "", "", "", "", "", "", "", ""},
		{"art", "deployed", "3", "0123456789ab", "none", "", "0/0 ready", "unchanged since revision 3", "", "0", "", "0", "3h ago", "1:15", "travis-12"},
	}
	got := report.rows(now)[1:]
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("row %d: got %q, want %q", i, got[i], want[i])
		}
	}
	fitting := [][]string{
		{"✗", "biology", "4/5", "2", "3h ago", "jupyterhub-4.3.1", "2", "40d", "travis-12", "1:15", "3", "0123456789ab", "r:t2 is not in the registry; changed since revision 3: chart"},
		{"·", "new", "", "", "", "", "", "", "", "", "", "", "never deployed"},
		{"✓", "art", "0/0", "0", "3h ago", "", "0", "", "travis-12", "1:15", "3", "0123456789ab", "unchanged"},
	}
	if got, want := report.sum(), "3 hubs: 1 to look at first, 1 to deploy, 1 as the repository says"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for i, row := range report.fitting(now) {
		if !slices.Equal(row, fitting[i]) {
			t.Errorf("row %d: got %q, want %q", i, row, fitting[i])
		}
	}
}

// What the table shows, a machine reads: as numbers and times, and with a word for what nobody knows.
func TestADocumentHasWhatTheTableShows(t *testing.T) {
	begun := time.Date(2026, 9, 1, 9, 0, 0, 0, time.FixedZone("", 3600))
	made := history.Revision{Number: 3, Status: "deployed", Begun: begun, Since: begun.Add(75 * time.Second), Record: history.Record{Run: "travis-12"}}
	is := hubStatus{newest: made, behind: "2", imageMade: begun.AddDate(0, 0, -40), pods: kube.Pods{Users: 2}, chart: "jupyterhub-4.3.1"}
	is.tell()
	want := document.HubStatus{
		Chart: "jupyterhub-4.3.1", Behind: 2, ImageMade: "2026-07-23T08:00:00Z", Users: 2, Deployed: "2026-09-01T08:00:00Z", DeployedBy: "travis-12", DeployedSeconds: 75,
	}
	if got := is.HubStatus; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	failed := made
	failed.Status, failed.Record.Run = "failed", history.None
	is = hubStatus{newest: failed, behind: "?", imageMade: time.Unix(0, 0)}
	is.tell()
	want = document.HubStatus{Behind: -1, Deployed: "2026-09-01T08:00:00Z"}
	if got := is.HubStatus; !reflect.DeepEqual(got, want) {
		t.Errorf("of what nobody knows: got %+v, want %+v", got, want)
	}
}

// A hub without an image has none, not one with the tag "none".
func TestAHubWithoutAnImageHasNone(t *testing.T) {
	for name, test := range map[string]struct {
		made history.Record
		want []string
	}{
		"none recorded":  {history.Record{ImageTag: history.None}, nil},
		"of other tools": {history.Record{}, nil},
		"one":            {history.Record{ImageTag: "t1"}, []string{""}},
	} {
		if got := deployedImages(test.made); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
