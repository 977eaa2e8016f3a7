package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/pattern"
)

// Rounds say which hubs a change reaches one after the other. Without steps nothing goes in rounds.
//
// A round is done when each of its hubs is what the repository says, and has been so for the soak time. What a run does not know of a hub, it
// takes for not done. A first install is no change: nobody uses that hub.
type Rounds struct {
	Steps []config.Round
	For   []history.Kind
	Hubs  []RoundHub // all of the repository, also those that a run is not about
	Now   time.Time  // by our clock: for people
	// Away says of clusters, by their names, why nobody knows what they have.
	Away map[string]string
}

// RoundHub is a hub and its round.
type RoundHub struct {
	Name    string
	Cluster string // "" for the only one
	Round   int    // the first is 1
}

// InRounds sorts the hubs, of which name and cluster are given, into the rounds. What names a hub most closely counts: its name, that of its
// cluster, a pattern of the one or of the other, "*". Bad input is a hub in no round or in two, and a name or pattern that fits nothing.
func InRounds(steps []config.Round, hubs []RoundHub) ([]RoundHub, error) {
	lists := make([][]string, len(steps))
	for i, step := range steps {
		lists[i] = step.Hubs
		if fitsNone := slices.IndexFunc(step.Hubs, func(name string) bool { return !fitsAny(name, hubs) }); fitsNone >= 0 {
			return nil, inStep(step, "%s fits no hub and no cluster with one", step.Hubs[fitsNone]).Try("correct it, or take it out")
		}
	}
	sorted := slices.Clone(hubs)
	for i, hub := range hubs {
		switch rounds := pattern.BestOf(lists, hub.Name, hub.Cluster); len(rounds) {
		case 0:
			return nil, inStep(steps[len(steps)-1], "hub %s is in no round", hub.Name).Try("put [\"*\"] at the end: all that no other round names")
		case 1:
			sorted[i].Round = rounds[0] + 1
		default:
			return nil, inStep(steps[rounds[1]], "hub %s is in round %d and in round %d", hub.Name, rounds[0]+1, rounds[1]+1).Try("name it once")
		}
	}
	return sorted, nil
}

func inStep(step config.Round, format string, args ...any) *exit.Error {
	return exit.Input("%s:%d: rounds.steps: %s", config.File, step.Line, fmt.Sprintf(format, args...))
}

func fitsAny(name string, hubs []RoundHub) bool {
	return slices.ContainsFunc(hubs, func(h RoundHub) bool {
		return pattern.Fits(name, h.Name) || h.Cluster != "" && pattern.Fits(name, h.Cluster)
	})
}

// Round is what a plan says of a hub's round.
type Round struct {
	Number int            // 0: nothing goes in rounds
	Change []history.Kind // of which kinds the change of the hub is, as far as they go in rounds; none if there is no such change
	After  int            // the round that it waits for; 0: none
	Opens  time.Duration  // how long until then, where nothing but the soak time is missing
}

// putOff makes what has to wait for an earlier round wait.
func putOff(facts Facts, hubs []Hub) {
	rounds := facts.Rounds
	if len(rounds.Steps) == 0 {
		return
	}
	r := &sorting{Rounds: rounds, facts: map[string]HubFacts{}, hubs: map[string]*Hub{}}
	for i, h := range facts.Hubs {
		r.facts[h.Name], r.hubs[h.Name] = h, &hubs[i]
	}
	for _, h := range rounds.Hubs {
		if hub := r.hubs[h.Name]; hub != nil {
			hub.Round.Number = h.Round
			hub.Round.Change = r.change(hub.Deploy, r.facts[h.Name].Release)
		}
	}
	r.renewTool()
	var before []hold // of the rounds that are not done
	for number := 1; number <= len(rounds.Steps); number++ {
		for _, hub := range r.of(number) {
			if known := r.hubs[hub.Name]; known != nil && len(before) > 0 {
				r.wait(known, before[0])
			}
		}
		if why := r.hold(number); why.reason != "" {
			before = append(before, why)
		}
	}
}

// sorting is the work of putOff.
type sorting struct {
	Rounds
	facts map[string]HubFacts // by hub; those that the run is about
	hubs  map[string]*Hub     // likewise
}

// of returns the hubs of a round.
func (r *sorting) of(number int) []RoundHub {
	return slices.DeleteFunc(slices.Clone(r.Hubs), func(h RoundHub) bool { return h.Round != number })
}

// change returns of which kinds a deploy changes what a hub's users have. Of what was made without hub-ops nobody knows it, so it is of all.
func (r Rounds) change(deploy Step, release Release) []history.Kind {
	running := release.Running
	switch {
	case !deploy.Do || !release.Asked || running.Number == 0:
		return nil
	case !running.Own() || !running.Record.Complete():
		return r.For
	}
	return running.Record.Kinds(release.Wanted, r.For)
}

// renewTool deploys unchanged hubs of earlier rounds too where a hub of a later one gets another version of a tool: no round begins with what
// the one before has not had.
func (r *sorting) renewTool() {
	last := 0
	for name, hub := range r.hubs {
		if slices.Contains(hub.Round.Change, history.ToolKind) && !r.facts[name].Early {
			last = max(last, hub.Round.Number)
		}
	}
	for name, hub := range r.hubs {
		fact := r.facts[name]
		if hub.Round.Number < last && r.lacksTool(*hub, fact) {
			hub.Round.Change = r.change(Step{Do: true}, fact.Release)
			hub.Deploy = Step{Do: true, Reason: fmt.Sprintf("%s, and round %d gets another hub-ops or helm: this one has it first", fact.Release, last)}
		}
	}
}

// lacksTool reports whether a hub is unchanged but for the version of a tool, and could be deployed.
func (r Rounds) lacksTool(hub Hub, fact HubFacts) bool {
	unchanged := hub.May.Do && !hub.Deploy.Do && !hub.Deploy.Refused && fact.Release.Unchanged() && !fact.Deployed
	return unchanged && slices.Contains(r.change(Step{Do: true}, fact.Release), history.ToolKind)
}

// wait puts off the change of a hub, if it is one that goes in rounds.
func (r *sorting) wait(hub *Hub, why hold) {
	if len(hub.Round.Change) == 0 {
		return
	}
	if r.facts[hub.Name].Early {
		hub.Deploy.Reason += fmt.Sprintf("; ALLOW_EARLY=%s, before round %d is done", hub.Name, why.round)
		hub.Round.Change = nil // it goes in no round
		return
	}
	hub.Round.After, hub.Round.Opens = why.round, why.opens
	reason := "waits for " + why.reason
	if why.remedy != "" {
		reason += fmt.Sprintf(": %s; ALLOW_EARLY=%s deploys it now", why.remedy, hub.Name)
	}
	hub.Deploy = Step{Refused: true, Waits: true, Reason: reason}
}

// hold is why a round is not done; without a reason it is.
type hold struct {
	round  int
	reason string
	opens  time.Duration // see Round.Opens
	remedy string        // where the round may well be done, and the run does not know it: which run does
}

// hold says why a round is not done: the worst that is true of one of its hubs.
func (r *sorting) hold(number int) hold {
	why := hold{round: number}
	soak := r.Steps[number-1].Soak
	var failed, away, unknown, unseen, missing []string
	for _, h := range r.of(number) {
		hub, fact := r.hubs[h.Name], r.facts[h.Name]
		switch state := stateOf(hub, fact); {
		case (state == notLookedAt || state == notAnswered) && r.Away[h.Cluster] != "":
			unknown = append(unknown, h.Cluster)
		case state == notLookedAt:
			unseen = append(unseen, h.Name)
		case state == notAnswered:
			away = append(away, cmp.Or(h.Cluster, "the cluster"))
		case state == hasFailed:
			failed = append(failed, h.Name)
		case state == notThere:
			missing = append(missing, h.Name)
		case state == there && fact.Release.Had < soak:
			why.opens = max(why.opens, soak-max(0, fact.Release.Had))
		}
	}
	name := fmt.Sprintf("round %d", number)
	switch {
	case len(failed) > 0:
		why.reason = name + ", which failed at " + some(failed)
	case len(away) > 0:
		away = slices.Compact(slices.Sorted(slices.Values(away)))
		verb := map[bool]string{false: "was", true: "were"}[len(away) > 1]
		why.reason = name + ", of which nobody knows: " + some(away) + " " + verb + " not asked"
	case len(unknown) > 0:
		why.reason, why.remedy = r.unknown(name, slices.Compact(slices.Sorted(slices.Values(unknown))))
	case len(unseen) > 0:
		why.reason, why.remedy = name+", and this run does not look at "+some(unseen), "'mage deploy' looks at all hubs"
	case len(missing) > 0:
		why.reason = name + ", which is not done: " + some(missing)
	case why.opens > 0:
		why.reason = name + ", which soaks until " + Clock(r.Now, why.opens)
		return why
	}
	why.opens = 0
	return why
}

// state is how far a hub of a round is.
type state int

const (
	notLookedAt state = iota
	notAnswered
	hasFailed
	notThere // what the repository says
	there
	without // it has no users, or is not ours
)

func stateOf(hub *Hub, fact HubFacts) state {
	release := fact.Release
	switch {
	case hub == nil:
		return notLookedAt
	case fact.Failed:
		return hasFailed
	case !release.Asked:
		return notAnswered
	case !hub.May.Do && (release.Revision == 0 || release.Status == "uninstalled" || release.Foreign != ""):
		return without
	case release.Stuck():
		return notThere
	case release.Revision > 0 && release.Status != "deployed" && release.Status != "uninstalled":
		return hasFailed
	case !hub.May.Do:
		return there // as its own branch says
	case release.Tried && hub.Deploy.Do:
		return hasFailed // and was brought back
	case hub.Deploy.Do || hub.Deploy.Refused:
		return notThere
	}
	return there
}

// some names the first of several.
func some(names []string) string {
	const most = 3
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// Clock is the time in a while, for people: with the day, if that is another one.
func Clock(now time.Time, in time.Duration) string {
	at := now.Add(in + time.Minute - 1) // seconds are left out, and it is never too early
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04 MST")
	}
	return at.Format("2 January, 15:04 MST")
}
