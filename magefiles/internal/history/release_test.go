package history

import (
	"maps"
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
