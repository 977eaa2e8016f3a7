// Package classroom decides for how long room for users is kept in a cluster: placeholders before a class, with an end. Words and times go in, times
// and decisions come out; it asks nobody. Package ops/onehub calls it.
//
//	until, err := classroom.End("2h", now)  // or "11:30", "2026-03-02 11:30"
package classroom

import (
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Most is how many placeholders can be asked for: each is a pod, and costs what a user's server costs.
const Most = 1000

// longest is how far away an end can be: what a hub needs for longer is a change of its values.
const longest = 31 * 24 * time.Hour

// End returns the end that a text says: so long from now, a time of day, the next one of it, or a day and a time, in the time zone of this machine.
// Bad input is an end in the past, or too far away.
func End(text string, now time.Time) (time.Time, error) {
	end, err := parse(text, now)
	switch {
	case err != nil:
		return end, err
	case !end.After(now):
		return end, exit.Input("%q has passed already", text).Try("say how long, such as 2h, or when it ends, such as 11:30")
	case end.Sub(now) > longest:
		return end, exit.Input("%q is more than %d days away", text, int(longest.Hours()/24)).Try("set scheduling.userPlaceholder.replicas in the hub's values")
	}
	return end.Round(time.Second), nil
}

func parse(text string, now time.Time) (time.Time, error) {
	if long, err := time.ParseDuration(text); err == nil {
		return now.Add(long), nil
	}
	if at, err := time.ParseInLocation("15:04", text, now.Location()); err == nil {
		end := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
		if !end.After(now) {
			end = time.Date(now.Year(), now.Month(), now.Day()+1, at.Hour(), at.Minute(), 0, 0, now.Location())
		}
		return end, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if end, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return end, nil
		}
	}
	return now, exit.Input("%q is neither a duration nor an end", text).Try("say how long, such as 2h, or when it ends, such as 11:30 or 2026-03-02T11:30")
}

// CheckCount refuses a number of placeholders that nobody means.
func CheckCount(count int) error {
	if count < 0 || count > Most {
		return exit.Input("%d placeholders: it can be 0 to %d", count, Most)
	}
	return nil
}

// Kept is the room that a hub keeps for a time.
type Kept struct {
	Hub   string
	Count int // placeholders that were asked for
	Set   int // that there are to be now: somebody may have set others since
	Own   int // that the release has
	Until time.Time
}

// Tell says what is so now.
func (k Kept) Tell(now time.Time) string {
	when, differs := k.Until.In(now.Location()).Format(time.RFC1123), ""
	if k.Set != k.Count {
		differs = fmt.Sprintf("; somebody has set %d since", k.Set)
	}
	if now.Before(k.Until) {
		return fmt.Sprintf("%s: %d placeholders are kept until %s, then %d%s", k.Hub, k.Count, when, k.Own, differs)
	}
	return fmt.Sprintf("%s: the time of %d placeholders ended on %s: 'mage deploy:hub %s' goes back to %d%s", k.Hub, k.Count, when, k.Hub, k.Own, differs)
}
