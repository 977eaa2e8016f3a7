// Package plan decides what a run does to each hub, and gives the reason in words. It is pure: the facts that package survey has
// collected go in, steps come out. Packages survey and ops call it.
package plan

import (
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/pattern"
)

// Facts is what is known before anything is done.
type Facts struct {
	Event    ci.Event
	Branches []config.Branch
	Build    bool // false: BUILD=0
	Rebuild  bool
	// DeployUnchanged deploys hubs that the cluster has as they are.
	DeployUnchanged bool
	Signs           bool // there is a key to sign images with
	Verifies        bool // no image is deployed that is not signed
	Hubs            []HubFacts
}

// HubFacts is what is known of one hub.
type HubFacts struct {
	Name     string
	HasImage bool
	Tag      string
	Dirty    bool
	Present  bool   // the registry has the tag
	Digest   string // of what it has under the tag
	Signed   bool   // the registry has a signature of that, by whatever key
	Unsure   bool   // the registry refuses these credentials, so the fields above are not known
	Since    Since
	Release  Release

	BaseMoved bool // the base image has moved, and that is a reason to build
}

// Step is one thing that could be done to a hub.
type Step struct {
	Do      bool
	Reason  string
	Refused bool // if the hub was asked for by name, this is an error and not a skip
	Blocked bool // it is an error also among others: the event asks for the step, and something is in the way
}

// Hub is what happens to one hub.
type Hub struct {
	Name   string
	Tag    string
	Owner  string // the branch that owns the hub; "" if none does
	Gate   Step   // whether the event may push and deploy it
	Build  Step
	Push   Step
	Deploy Step
}

// Plan is what a run does.
type Plan struct {
	Event ci.Event
	Hubs  []Hub
}

// Make makes the plan. Bad input is a hub that two branches own, or uncommitted changes in CI.
func Make(facts Facts) (Plan, error) {
	plan := Plan{Event: facts.Event}
	for _, h := range facts.Hubs {
		owner, err := Owner(facts.Branches, h.Name)
		if err != nil {
			return Plan{}, err
		}
		if h.Dirty && facts.Event.InCI() {
			return Plan{}, exit.Input("user-images/%s has uncommitted changes: CI builds committed content only", h.Name).Try("look for an earlier step of CI that writes there")
		}
		gate := Gate(facts.Event, h.Name, owner)
		plan.Hubs = append(plan.Hubs, Hub{
			Name: h.Name, Tag: h.Tag, Owner: owner,
			Gate: gate, Build: build(facts, h, gate), Push: push(facts, h, gate), Deploy: verified(facts, h, gate, deploy(facts, h.Release, gate)),
		})
	}
	return plan, nil
}

// Owner returns the branch that owns the hub, by pattern.Best, or "". Two branches that fit equally well are bad input.
func Owner(branches []config.Branch, hub string) (string, error) {
	lists := make([][]string, len(branches))
	for i, branch := range branches {
		lists[i] = branch.Hubs
	}
	switch owners := pattern.Best(lists, hub); len(owners) {
	case 0:
		return "", nil
	case 1:
		return branches[owners[0]].Name, nil
	default:
		return "", exit.Input("hubops.yaml: branches: hub %s belongs to both %s and %s", hub, branches[owners[0]].Name, branches[owners[1]].Name).Try("name it once")
	}
}

// UnknownHubs returns a sentence for each name in the branches' lists that is no hub: a misspelt name there hands the hub to
// another branch.
func UnknownHubs(branches []config.Branch, isHub func(name string) bool) []string {
	var sentences []string
	for _, branch := range branches {
		for _, name := range branch.Hubs {
			if pattern.IsName(name) && !isHub(name) {
				sentences = append(sentences, fmt.Sprintf("branches: %s names %s, which is no hub here", branch.Name, name))
			}
		}
	}
	return sentences
}

// owns reports whether the branch owns any hub at all.
func (f Facts) owns(branch string) bool {
	return slices.ContainsFunc(f.Branches, func(b config.Branch) bool { return b.Name == branch })
}
