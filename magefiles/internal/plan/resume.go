package plan

import (
	"hub-ops/magefiles/internal/ci"
)

// Resume asks the gate whether a scheduled build may go on with rounds at a hub: of the branch that owns it, while that has not moved on. The pass
// is for the hub, and for none of its images.
func Resume(event ci.Event, hub string, owner Ownership) (Step, Pass) {
	if event.Kind != ci.Cron || !event.OfBranch() {
		return Step{Refused: true, Reason: event.String() + ": no push, no deploy"}, Pass{}
	}
	may := ofOwner(event, hub, owner)
	if !may.Do {
		return may, Pass{}
	}
	return may, Pass{hub: hub}
}

// onlyResume leaves of what a scheduled build would deploy what goes on with rounds: a change that goes in rounds, which a hub of an earlier round has
// got since this one got what it has. All else, and the first round, a push begins. What failed waits for somebody to look at it: it would fail again and
// again.
func onlyResume(facts Facts, hubs []Hub) {
	if !facts.Event.Resumes {
		return
	}
	for i, hub := range hubs {
		fact := facts.Hubs[i]
		if !fact.Release.Asked || !hub.Deploy.Do && !hub.Deploy.Blocked {
			continue
		}
		if why := notBegun(facts, hubs, hub, fact); why != "" {
			hubs[i].Deploy = Step{Refused: true, Reason: facts.Event.String() + ": " + hub.Deploy.Reason + "; " + why}
			hubs[i].Round.Change = nil
		}
	}
}

// notBegun returns why a scheduled build leaves a hub alone that would be deployed; "" if it goes on there.
func notBegun(facts Facts, hubs []Hub, hub Hub, fact HubFacts) string {
	switch {
	case hub.Deploy.Blocked:
		return "a push looks at that"
	case len(hub.Round.Change) == 0:
		return "that goes in no round, so a push deploys it"
	case stateOf(&hub, fact) == hasFailed:
		return "what failed is not tried again before a push"
	}
	earlier := func(other Hub) bool { return other.Round.Number > 0 && other.Round.Number < hub.Round.Number }
	for i, other := range hubs {
		release := facts.Hubs[i].Release
		if earlier(other) && release.Running.Number > 0 && release.Foreign == "" && release.Had < fact.Release.Had {
			return ""
		}
	}
	return "no hub of an earlier round has got it yet: a push begins"
}
