// Package ci reads what a CI system says about the run: which event, which branch.
package ci

import "cmp"

// Kind is what made the run happen.
type Kind string

// The kinds of event. Only a Push may deploy from CI.
const (
	Local       Kind = "local run"
	PullRequest Kind = "pull request"
	Push        Kind = "push"
	Other       Kind = "other event" // tag, cron, API: treated as a pull request
)

// Event is why this run happens.
type Event struct {
	Kind     Kind
	Provider string // "travis", "unknown", or "" for a local run
	Branch   string // pushed to; for a pull request, the branch that it would change
	Detail   string // what makes an Other: "cron", "tag v1", …
}

// InCI reports whether a CI system runs this.
func (e Event) InCI() bool { return e.Kind != Local }

// String describes the event in a line of the plan: "push to staging".
func (e Event) String() string {
	switch e.Kind {
	case Push, PullRequest:
		return string(e.Kind) + " to " + e.Branch
	case Other:
		return e.Detail
	case Local:
	}
	return string(e.Kind)
}

// Detect reads the event from the environment; see docs.travis-ci.com/user/environment-variables.
// A CI system that is not known is an Other: it can build, and nothing else.
func Detect(env func(name string) string) Event {
	if env("TRAVIS") == "true" {
		return travis(env)
	}
	if ci := env("CI"); ci != "" && ci != "false" && ci != "0" {
		return Event{Kind: Other, Provider: "unknown", Detail: "run of an unknown CI system"}
	}
	return Event{Kind: Local}
}

func travis(env func(string) string) Event {
	event := Event{Kind: Other, Provider: "travis", Branch: env("TRAVIS_BRANCH")}
	pull := env("TRAVIS_PULL_REQUEST")
	switch kind := env("TRAVIS_EVENT_TYPE"); {
	// Either sign of a pull request makes it one: the safe reading wins.
	case kind == "pull_request" || pull != "" && pull != "false":
		event.Kind = PullRequest
	case env("TRAVIS_TAG") != "":
		event.Detail = "tag " + env("TRAVIS_TAG")
	case kind == "push" && pull == "false" && event.Branch != "":
		event.Kind = Push
	default:
		event.Detail = cmp.Or(kind, "unknown") + " event"
	}
	return event
}
