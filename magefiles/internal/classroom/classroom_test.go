package classroom

import (
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

func TestEnds(t *testing.T) {
	zone := time.FixedZone("there", 2*3600)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, zone)
	for text, want := range map[string]string{
		"2h": "2026-03-02T11:00:00+02:00", "90m": "2026-03-02T10:30:00+02:00", "11:30": "2026-03-02T11:30:00+02:00", "08:15": "2026-03-03T08:15:00+02:00",
		"09:00": "2026-03-03T09:00:00+02:00", "2026-03-03 10:00": "2026-03-03T10:00:00+02:00", "2026-03-03T10:00": "2026-03-03T10:00:00+02:00", "2026-03-02T08:00:00Z": "2026-03-02T08:00:00Z",
	} {
		if end, err := End(text, now); err != nil || end.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v; want %s", text, end.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{"", "soon", "-1h", "0s", "2026-03-02T07:00", "2026-03-02T06:59:00Z", "800h", "25:00", "2"} {
		if end, err := End(text, now); exit.Code(err) != exit.BadInput {
			t.Errorf("%q: %s, %v", text, end, err)
		}
	}
	for count, good := range map[int]bool{-1: false, 0: true, Most: true, Most + 1: false} {
		if (CheckCount(count) == nil) != good {
			t.Errorf("%d", count)
		}
	}
}

func TestWhatStatusTells(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for until, want := range map[time.Time]string{
		now.Add(time.Hour):  "botany: 20 placeholders are kept until Mon, 02 Mar 2026 10:00:00 UTC, then 2",
		now.Add(-time.Hour): "botany: the time of 20 placeholders ended on Mon, 02 Mar 2026 08:00:00 UTC: 'mage deploy:hub botany' goes back to 2",
	} {
		kept := Kept{Hub: "botany", Count: 20, Set: 20, Own: 2, Until: until}
		if got := kept.Tell(now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		kept.Set = 3
		if got := kept.Tell(now); got != want+"; somebody has set 3 since" {
			t.Errorf("%s", got)
		}
	}
}
