package history

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// revision is what the API server says of a release's Secret.
func revision(namespace, name, number, status string, more map[string]string) Secret {
	labels := map[string]string{"name": name, "owner": "helm", "status": status, "version": number, "modifiedAt": "1700000000"}
	maps.Copy(labels, more)
	return Secret{Namespace: namespace, Name: "sh.helm.release.v1." + name + ".v" + number, Labels: labels}
}

func TestReleasesAreReadFromTheirLabels(t *testing.T) {
	want := Record{Commit: "abc", Chart: "c", ImageTag: "t1"}
	releases := ReadReleases([]Secret{
		revision("a", "a", "10", "deployed", want.Map()), revision("a", "a", "9", "superseded", nil), revision("a", "a", "11", "pending-upgrade", nil),
		revision("b", "b", "1", "failed", nil), revision("b", "b", "x", "deployed", nil),
		{Name: "short"},
	})
	a, b := releases["a/a"], releases["b/b"]
	if newest := a.Newest(); newest.Number != 11 || newest.Status != "pending-upgrade" || newest.Made != time.Unix(1700000000, 0) {
		t.Errorf("newest: %+v", newest)
	}
	if healthy := a.Healthy(11); healthy.Number != 10 || healthy.Record.Chart != "c" || healthy.Record.Secrets != None {
		t.Errorf("healthy: %+v", healthy)
	}
	if got := a.Healthy(10).Number; got != 9 {
		t.Errorf("before 10: %d", got)
	}
	if got := b.Healthy(1).Number + len(b.Revisions); got != 1 {
		t.Errorf("b: %+v", b)
	}
	if got := (Release{}).Newest().Number; got != 0 {
		t.Errorf("no release: %d", got)
	}
}

// helm copies the labels of a revision to the next one: a record is about one revision only.
func TestACopiedRecordIsNotTheRevisionsOwn(t *testing.T) {
	for number, want := range map[string]bool{"12": true, "13": false, "2": false} {
		record := Record{Chart: "c", Revision: "12"}
		newest := ReadReleases([]Secret{revision("a", "a", number, "deployed", record.Map())})["a/a"].Newest()
		if got := newest.Own(); got != want {
			t.Errorf("revision %s with the record of 12: own is %v", number, got)
		}
	}
	if (Revision{Number: 12}).Own() {
		t.Error("a revision without a record has none of its own")
	}
}

func TestWhatAnUpgradeStartsFrom(t *testing.T) {
	for statuses, want := range map[string]int{
		"": 0, "deployed": 1, "failed": 1, "superseded deployed": 2, "deployed failed": 1, "deployed failed pending failed": 1, "failed pending failed": 3,
		"superseded deployed pending-upgrade": 2, "superseded uninstalled": 0,
	} {
		var release Release
		for i, status := range strings.Fields(statuses) {
			release.Revisions = append(release.Revisions, Revision{Number: i + 1, Status: status})
		}
		if got := release.Current().Number; got != want {
			t.Errorf("%q: %d, want %d", statuses, got, want)
		}
	}
}

// The image of a tag is looked for in all revisions that the cluster keeps: a hub that comes back to a tag had an image of that tag before.
func TestTheLastRevisionOfATag(t *testing.T) {
	revision := func(number int, tag, digest string) Revision {
		return Revision{Number: number, Status: "superseded", Record: Record{ImageTag: tag, ImageDigest: digest}}
	}
	release := Release{Revisions: []Revision{
		revision(1, "t1", "d1"), revision(2, "t1", "d2"), revision(3, "t2", "d3"), revision(4, "t1", ""), revision(5, "t1", Unknown), revision(6, None, None),
	}}
	for tag, want := range map[string]int{"t1": 2, "t2": 3, "t3": 0, None: 0} {
		if got := release.LastOf("", tag).Number; got != want {
			t.Errorf("%s: revision %d", tag, got)
		}
	}
}
