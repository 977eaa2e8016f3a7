package plan

import (
	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// Gate returns whether the event may push and deploy the hub. In CI, only a push to the branch that owns the hub may, and only
// while the branch has not moved on.
func Gate(event ci.Event, hub, owner string) Step {
	switch {
	case event.Kind == ci.Local:
		return Step{Do: true, Reason: "asked for, on this machine"}
	case event.Kind != ci.Push || event.Fork:
		return Step{Refused: true, Reason: event.String() + ": no push, no deploy"}
	case owner == "":
		return Step{Refused: true, Reason: "no branch owns hub " + hub}
	case owner != event.Branch:
		return Step{Refused: true, Reason: "hub of branch " + owner + ", the branch is " + event.Branch}
	case event.Tip.Moved():
		return Step{Refused: true, Reason: Stale(event)}
	}
	return Step{Do: true, Reason: "push to " + owner + ", which owns it"}
}

// Stale returns why a build of a branch that has moved on, or was deleted, does nothing.
func Stale(event ci.Event) string {
	if event.Tip.Deleted {
		return "stale build: " + event.Branch + " was deleted after this build was started"
	}
	return "stale build: " + event.Branch + " has moved on to " + event.Tip.Commit + ", whose own build deploys"
}

// Case is one row of the table of gates: an event and a hub.
type Case struct {
	Name     string
	Event    ci.Event
	Hub      string
	Branches []config.Branch
}

// Cases returns every kind of event, each with a hub of the branch and, where that matters, with a hub of another branch.
func Cases() []Case {
	const production, test = "biology", "staginghub"
	branches := []config.Branch{{Name: "master", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{test}}}
	event := func(kind ci.Kind, branch string) ci.Event {
		return ci.Event{Kind: kind, Provider: "travis", Branch: branch}
	}
	fork, stale, deleted, tag, other := event(ci.PullRequest, "master"), event(ci.Push, "master"), event(ci.Push, "master"), event(ci.Tag, ""), event(ci.Other, "master")
	fork.Fork, tag.Detail, other.Detail, other.Fork = true, "v1", "run of an unknown CI system", true
	stale.Tip.Commit, deleted.Tip.Deleted = "4f2a91c07d3e", true
	return []Case{
		{"a run on somebody's machine", ci.Event{Kind: ci.Local}, production, branches},
		{"push to the branch that owns the hub", event(ci.Push, "master"), production, branches},
		{"push to staging, a hub of staging", event(ci.Push, "staging"), test, branches},
		{"push to staging, a hub of master", event(ci.Push, "staging"), production, branches},
		{"push to master, a hub of staging", event(ci.Push, "master"), test, branches},
		{"push, and the branch has moved on", stale, production, branches},
		{"push, and the branch was deleted since", deleted, production, branches},
		{"push to staging, a hub of no branch", event(ci.Push, "staging"), production, branches[1:]},
		{"push to another branch", event(ci.Push, "feature"), production, branches},
		{"pull request from this repository", event(ci.PullRequest, "master"), production, branches},
		{"pull request from a fork", fork, production, branches},
		{"tag", tag, production, branches},
		{"cron", event(ci.Cron, "master"), production, branches},
		{"build by the API, or by hand", event(ci.API, "master"), production, branches},
		{"a CI system that is not known", other, production, branches},
	}
}

// Access names the credentials of the environment that a run may use.
func (c Case) Access() string {
	switch {
	case config.Deploying(c.Event, c.Branches):
		return "registry, cluster, secrets"
	case c.Event.Trusted():
		return "registry"
	}
	return "none"
}
