package process

import (
	"testing"
	"time"
)

func TestStarted(t *testing.T) {
	begun := Started()
	if age := time.Since(begun); age < 0 || age > 10*time.Minute {
		t.Errorf("this process began at %s, %s ago", begun, age)
	}
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	stat := "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 5000 1 1"
	if got, want := started(stat, "80.5 1.0", now), now.Add(-30500*time.Millisecond); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, damaged := range []string{"", "7 (a", "7 (a) S 1"} {
		if got := started(damaged, "80.5", now); !got.IsZero() {
			t.Errorf("%q: %s", damaged, got)
		}
	}
}
