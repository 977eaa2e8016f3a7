package diagnosis

import "time"

// Patience is how long each kind of trouble may last before it counts as a failure.
type Patience struct {
	Certain   time.Duration // for what needs a change: only long enough to rule out a passing state
	Network   time.Duration // registries and webhooks
	Scheduler time.Duration // an autoscaler's answer
}

func (p Patience) of(certainty Certainty) (limit time.Duration, ends bool) {
	switch certainty {
	case Proven:
		return 0, true
	case Certain:
		return p.Certain, true
	case Network:
		return p.Network, true
	case Scheduler:
		return p.Scheduler, true
	}
	return 0, false
}

// Tracker remembers since when each verdict has held, by the clock of this machine, because the cluster's may differ.
type Tracker struct {
	Patience
	since map[string]time.Time
}

// Failed takes the verdicts of a moment, and returns those that have lasted longer than the patience for them.
func (t *Tracker) Failed(verdicts []Verdict, now time.Time) []Verdict {
	since := map[string]time.Time{}
	var failed []Verdict
	for _, verdict := range verdicts {
		first, known := t.since[verdict.key()]
		if !known {
			first = now
		}
		since[verdict.key()] = first
		if limit, ends := t.of(verdict.Certainty); ends && now.Sub(first) >= limit {
			failed = append(failed, verdict)
		}
	}
	t.since = since
	return failed
}
