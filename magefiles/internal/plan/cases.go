package plan

import (
	"cmp"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// Case is one row of the table of gates: an event and a hub.
type Case struct {
	Name      string
	Event     ci.Event
	Hub       string
	Hubs      []string        // of a repository, about which the event decides the same; nil in an example
	Branches  []config.Branch // of the checkout
	Published []config.Branch // of the default branch at origin
	From      string          // where that is; "" in an example
}

// Facts returns what is known of a case whose hub has an image that the registry lacks.
func (c Case) Facts() Facts {
	return Facts{
		Event: c.Event, Branches: c.Branches, Owners: Owners{c.Published, cmp.Or(c.From, "origin/master")}, Build: true,
		Hubs: []HubFacts{{Name: c.Hub, Images: []ImageFacts{{Name: c.Hub}}}},
	}
}

// Cases returns examples of every kind of event, each with a hub of the branch and, where that matters, with a hub of another branch.
func Cases() []Case {
	const production, test = "biology", "staginghub"
	branches := []config.Branch{{Name: "master", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{test}}}
	takes := func(branch string) []config.Branch { return []config.Branch{{Name: branch, Hubs: []string{"*"}}} }
	event := func(kind ci.Kind, branch string) ci.Event {
		return ci.Event{Kind: kind, Provider: "travis", Branch: branch}
	}
	resumes, elsewhere := event(ci.Cron, "master"), event(ci.Cron, "feature")
	resumes.Resumes, elsewhere.Resumes = true, true
	fork, stale, deleted, tag, other := event(ci.PullRequest, "master"), event(ci.Push, "master"), event(ci.Push, "master"), event(ci.Tag, ""), event(ci.Other, "master")
	fork.Fork, tag.Detail, other.Detail, other.Fork = true, "v1", "run of an unknown CI system", true
	stale.Tip.Commit, deleted.Tip.Deleted = "4f2a91c07d3e", true
	examples := []struct {
		name      string
		event     ci.Event
		hub       string
		branches  []config.Branch
		published []config.Branch
	}{
		{"a run on somebody's machine", ci.Event{Kind: ci.Local}, production, branches, branches},
		{"push to the branch that owns the hub", event(ci.Push, "master"), production, branches, branches},
		{"push to staging, a hub of staging", event(ci.Push, "staging"), test, branches, branches},
		{"push to staging, a hub of master", event(ci.Push, "staging"), production, branches, branches},
		{"push to staging, a hub of master that its own file takes", event(ci.Push, "staging"), production, takes("staging"), branches},
		{"push to master, a hub of staging", event(ci.Push, "master"), test, branches, branches},
		{"push, and the branch has moved on", stale, production, branches, branches},
		{"push, and the branch was deleted since", deleted, production, branches, branches},
		{"push to staging, a hub of no branch", event(ci.Push, "staging"), production, branches[1:], branches[1:]},
		{"push to another branch", event(ci.Push, "feature"), production, branches, branches},
		{"push to another branch, whose own file takes the hub", event(ci.Push, "feature"), production, takes("feature"), branches},
		{"pull request from this repository", event(ci.PullRequest, "master"), production, branches, branches},
		{"pull request from a fork", fork, production, branches, branches},
		{"tag", tag, production, branches, branches},
		{"cron", event(ci.Cron, "master"), production, branches, branches},
		{"cron of the branch that owns the hub, with rounds.resume: schedule", resumes, production, branches, branches},
		{"cron of another branch, whose own file takes the hub and says so", elsewhere, production, takes("feature"), branches},
		{"build by the API, or by hand", event(ci.API, "master"), production, branches, branches},
		{"a CI system that is not known", other, production, branches, branches},
	}
	cases := make([]Case, len(examples))
	for i, e := range examples {
		cases[i] = Case{Name: e.name, Event: e.event, Hub: e.hub, Branches: e.branches, Published: e.published}
	}
	return cases
}

// Deploys reports whether a run has access to the cluster and to secret values.
func (c Case) Deploys() bool {
	return config.Deploying(c.Event, c.Branches) && (Owners{Branches: c.Published}).Let(c.Event)
}

// Access names the credentials of the environment that a run may use.
func (c Case) Access() string {
	switch {
	case c.Deploys():
		return "registry, cluster, secrets"
	case c.Event.Trusted():
		return "registry"
	}
	return "none"
}
