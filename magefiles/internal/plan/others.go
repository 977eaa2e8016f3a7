package plan

import "fmt"

// leaveToOthers takes out what other jobs of the same run do, and lets no hub of this one go before a hub of an earlier wave that another job has. The jobs of
// a later wave begin when those of the earlier one have ended; one that is begun too early, or after one that failed, fails.
func leaveToOthers(facts Facts, hubs []Hub) {
	for i := range hubs {
		hub, fact := &hubs[i], facts.Hubs[i]
		if fact.Other != "" || !hub.Deploy.Do {
			continue
		}
		for j, other := range facts.Hubs {
			if other.Other == "" || other.Cluster != fact.Cluster || other.Wave >= fact.Wave || !other.Release.Asked || !undone(facts, hubs[j], other) {
				continue
			}
			hub.Deploy = Step{Refused: true, Blocked: true, Reason: fmt.Sprintf("wave %d is not done: %s, which %s", other.Wave+1, other.Name, other.Other)}
			break
		}
	}
	for i := range hubs {
		hub, fact := &hubs[i], facts.Hubs[i]
		if fact.Other == "" {
			continue
		}
		leave := Step{Reason: fact.Other}
		hub.Deploy, hub.Pass = leave, Pass{}
		for k := range hub.Images {
			hub.Images[k].Build, hub.Images[k].Push = leave, leave
			if hub.Images[k].Check.Do { // by who builds it, which may be this job for another hub
				hub.Images[k].Check = leave
			}
		}
	}
}

// undone reports whether a hub is to be deployed, and is not yet. With DEPLOY_UNCHANGED=1 it always is to be, so what it has counts.
func undone(facts Facts, hub Hub, fact HubFacts) bool {
	if facts.DeployUnchanged && fact.Release.Unchanged() {
		return false
	}
	return hub.Deploy.Do || hub.Deploy.Blocked
}
