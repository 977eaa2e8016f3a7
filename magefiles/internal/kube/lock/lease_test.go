package lock

import (
	"strings"
	"testing"
	"time"
)

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

func TestNoLeaseLastsLongerThanAMinute(t *testing.T) {
	now := time.Now()
	for _, seconds := range []int{0, -1, 3600, 1 << 31, 1 << 62} {
		var watch observer
		watch.expired(leaseSpec{Holder: "a", Seconds: seconds}, now)
		if watch.expired(leaseSpec{Holder: "a", Seconds: seconds}, now.Add(leaseDuration-time.Second)) {
			t.Errorf("%d s: it expired before %s", seconds, leaseDuration)
		}
		if !watch.expired(leaseSpec{Holder: "a", Seconds: seconds}, now.Add(longestLease)) {
			t.Errorf("%d s: it holds after %s", seconds, longestLease)
		}
	}
}

func TestANewHolderCountsAsATransition(t *testing.T) {
	l := lease{Spec: leaseSpec{Holder: "a", Transitions: 2}}.heldBy("b", "", time.Unix(0, 5000))
	if l.Spec.Holder != "b" || l.Spec.Transitions != 3 || !strings.HasSuffix(l.Spec.Renewed, ":00.000005Z") {
		t.Errorf("got %+v", l.Spec)
	}
}

func TestALeaseKeepsWhatIsOnIt(t *testing.T) {
	l := lease{Metadata: leaseMeta{UID: "u1", Labels: map[string]string{"team": "x"}, Annotations: map[string]string{"a": "b"}}}
	marked := l.heldBy("b", "us_hubs", time.Now())
	again := marked.heldBy("c", "", time.Now())
	if got := again.Metadata; got.Labels["team"] != "x" || got.Labels["hub-ops.repository"] != "us_hubs" || got.Annotations["a"] != "b" || got.UID != "u1" {
		t.Errorf("got %+v", got)
	}
	if len(l.Metadata.Labels) != 1 {
		t.Errorf("the lease that was read has changed: %v", l.Metadata.Labels)
	}
}
