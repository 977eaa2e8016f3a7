package kube

import (
	"maps"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/history"
)

// revision is what the API server says of a release's Secret.
func revision(namespace, name, number, status string, more map[string]string) metadata {
	labels := map[string]string{"name": name, "owner": "helm", "status": status, "version": number, "modifiedAt": "1700000000"}
	maps.Copy(labels, more)
	return metadata{Namespace: namespace, Name: "sh.helm.release.v1." + name + ".v" + number, Labels: labels}
}

func TestReleasesAreReadFromTheirLabels(t *testing.T) {
	want := history.Record{Commit: "abc", Chart: "c", ImageTag: "t1"}
	releases := readReleases([]metadata{
		revision("a", "a", "10", "deployed", want.Map()), revision("a", "a", "9", "superseded", nil), revision("a", "a", "11", "pending-upgrade", nil),
		revision("b", "b", "1", "failed", nil), revision("b", "b", "x", "deployed", nil),
		{Name: "short"},
	})
	a, b := releases["a/a"], releases["b/b"]
	if newest := a.Newest(); newest.Number != 11 || newest.Status != "pending-upgrade" || newest.Made != time.Unix(1700000000, 0) {
		t.Errorf("newest: %+v", newest)
	}
	if healthy := a.Healthy(11); healthy.Number != 10 || healthy.Record.Chart != "c" || healthy.Record.Secrets != history.None {
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

func TestALeaseExpiresByOurOwnClock(t *testing.T) {
	now := time.Now()
	held := leaseSpec{Holder: "a", Seconds: 15, Renewed: "1999-01-01T00:00:00.000000Z"} // a clock that is decades behind
	var watch observer
	for _, step := range []struct {
		after   time.Duration
		renewed string
		want    bool
	}{
		{0, held.Renewed, false},
		{14 * time.Second, held.Renewed, false},
		{time.Second, held.Renewed, true},
		{0, "2999-01-01T00:00:00.000000Z", false}, // it lives, and its clock jumped
		{14 * time.Second, "2999-01-01T00:00:00.000000Z", false},
		{2 * time.Second, "2999-01-01T00:00:00.000000Z", true},
	} {
		now = now.Add(step.after)
		held.Renewed = step.renewed
		if got := watch.expired(held, now); got != step.want {
			t.Errorf("after %s, renewed %s: got %v", step.after, step.renewed, got)
		}
	}
	if (&observer{}).expired(leaseSpec{Seconds: 3600}, now) {
		t.Error("a lease expired at first sight")
	}
}

func TestANewHolderCountsAsATransition(t *testing.T) {
	l := lease{Spec: leaseSpec{Holder: "a", Transitions: 2}}.heldBy("b", time.Unix(0, 5000))
	if l.Spec.Holder != "b" || l.Spec.Transitions != 3 || !strings.HasSuffix(l.Spec.Renewed, ":00.000005Z") {
		t.Errorf("got %+v", l.Spec)
	}
}
