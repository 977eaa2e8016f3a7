package history

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SpawnLabel is the label that says how long a user's server took, when one was last tried.
const SpawnLabel = "hub-ops.spawn"

// Spawn is how long a user's server took: until its pod had a node, until its image was there, until the hub called it ready, and until a kernel
// had answered.
type Spawn struct{ Schedule, Pull, Start, Answer time.Duration }

// String tells it for people: "8.2s (0.1s to schedule, 3.1s to pull, 2s to start, 3s to the first answer)".
func (s Spawn) String() string {
	short := func(d time.Duration) string { return d.Round(time.Second / 10).String() }
	return fmt.Sprintf("%s (%s to schedule, %s to pull, %s to start, %s to the first answer)",
		short(s.Schedule+s.Pull+s.Start+s.Answer), short(s.Schedule), short(s.Pull), short(s.Start), short(s.Answer))
}

// Label is it as the value of a label: seconds, as 0.1-3.1-2.0-3.0.
func (s Spawn) Label() string {
	var parts []string
	for _, d := range []time.Duration{s.Schedule, s.Pull, s.Start, s.Answer} {
		parts = append(parts, strconv.FormatFloat(d.Seconds(), 'f', 1, 64))
	}
	return strings.Join(parts, "-")
}

// ReadSpawn reads what Label has written. It is false where nothing of that kind is recorded.
func ReadSpawn(label string) (Spawn, bool) {
	parts := strings.Split(label, "-")
	if len(parts) != 4 {
		return Spawn{}, false
	}
	var read [4]time.Duration
	for i, part := range parts {
		seconds, err := strconv.ParseFloat(part, 64)
		const day = 24 * 60 * 60
		if err != nil || !(seconds >= 0 && seconds <= day) { // which NaN is not either
			return Spawn{}, false
		}
		read[i] = time.Duration(seconds * float64(time.Second))
	}
	return Spawn{read[0], read[1], read[2], read[3]}, true
}
