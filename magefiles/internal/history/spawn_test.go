package history

import (
	"testing"
	"time"
)

func TestSpawnIsReadAsItWasWritten(t *testing.T) {
	took := Spawn{Schedule: 100 * time.Millisecond, Pull: 3100 * time.Millisecond, Start: 2 * time.Second, Answer: 3 * time.Second}
	if read, recorded := ReadSpawn(labelValue(took.Label())); !recorded || read != took {
		t.Errorf("%q is read as %v, %t", took.Label(), read, recorded)
	}
	if got, want := took.String(), "8.2s (100ms to schedule, 3.1s to pull, 2s to start, 3s to the first answer)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, label := range []string{"", None, "1-2-3", "1-2-3-x", "1-2-3--4", "1-2-3-4-5", "NaN-1-1-1", "Inf-1-1-1", "1e9-1-1-1"} {
		if _, recorded := ReadSpawn(label); recorded {
			t.Errorf("%q is read", label)
		}
	}
}
