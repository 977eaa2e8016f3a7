package plan

import (
	"cmp"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/ci"
)

// Since is what has changed in an image's content since the hub's last image.
type Since struct {
	Files   []string // relative to the context
	Commits int
}

// String is "context changed: Dockerfile, environment.yml (3 commits)", or "" if nothing is known.
func (s Since) String() string {
	const most = 3
	if len(s.Files) == 0 {
		return ""
	}
	text := "context changed: " + strings.Join(s.Files[:min(most, len(s.Files))], ", ")
	if more := len(s.Files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	if s.Commits == 1 {
		return text + " (1 commit)"
	}
	return fmt.Sprintf("%s (%d commits)", text, s.Commits)
}

// build decides whether the hub's image is built, or is up to date.
func build(facts Facts, h HubFacts, gate Step) Step {
	switch {
	case !h.HasImage:
		return Step{Reason: "no image of its own"}
	case facts.Event.Kind == ci.Push && !gate.Do && facts.owns(facts.Event.Branch):
		return gate // the branch builds and deploys its own hubs
	case !facts.Build:
		return Step{Reason: "BUILD=0"}
	case facts.Rebuild:
		return Step{Do: true, Reason: "REBUILD=1"}
	case h.Present:
		return Step{Reason: "unchanged: the registry has " + h.Tag}
	case h.Unsure:
		return Step{Do: true, Reason: "the registry does not say whether it has it (check the credentials)"}
	case h.Dirty:
		return Step{Do: true, Reason: "uncommitted changes"}
	}
	if h.BaseMoved {
		return Step{Do: true, Reason: "the base image has moved (REBUILD_ON_BASE=1)"}
	}
	return Step{Do: true, Reason: cmp.Or(h.Since.String(), "image missing in registry")}
}

// push decides whether the hub's image is pushed, which includes that it is only signed.
func push(facts Facts, h HubFacts, gate Step) Step {
	switch built := build(facts, h, gate); {
	case signsOnly(facts, h, gate, built):
		return Step{Do: true, Reason: "the registry has " + h.Tag + ", not signed"}
	case !built.Do:
		return built // and for the same reason
	case !gate.Do:
		return gate
	default:
		return built
	}
}
