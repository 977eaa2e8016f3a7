// Package plan decides what a run does to each hub, and gives the reason in words. It is pure: the facts that package survey has
// collected go in, steps come out. Packages survey and those of ops call it.
package plan

import (
	"fmt"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/pattern"
)

// Facts is what is known before anything is done.
type Facts struct {
	Event    ci.Event
	Branches []config.Branch // as the checkout says
	Owners   Owners          // as the default branch at origin says
	Build    bool            // false: BUILD=0
	Rebuild  bool
	// DeployUnchanged deploys hubs that the cluster has as they are.
	DeployUnchanged bool
	Signs           bool // there is a key to sign images with
	Verifies        bool // no image is deployed that is not signed
	// AllowImages are digests of images that an operator vouches for.
	AllowImages []string
	Rounds      Rounds
	Hubs        []HubFacts
}

// HubFacts is what is known of one hub.
type HubFacts struct {
	Name    string
	Images  []ImageFacts // each after those that it is built on
	Release Release

	Cluster string // which of several it is on; "" for the only one
	Wave    int    // on its cluster: see WaveOf
	Other   string // another job of the run has it: "is in share 2/8"; "" if this one has it

	Deployed bool // this run has deployed it
	Failed   bool // this run could not deploy it, or found it in trouble
	Early    bool // it is to be deployed before its round
}

// Image returns the facts of one of the hub's images, by its key.
func (h HubFacts) Image(key string) ImageFacts {
	for _, image := range h.Images {
		if image.Key == key {
			return image
		}
	}
	return ImageFacts{}
}

// Step is one thing that could be done to a hub.
type Step struct {
	Do      bool
	Reason  string
	Refused bool // if the hub was asked for by name, this is an error and not a skip
	Blocked bool // it is an error also among others: the event asks for the step, and something is in the way
	Waits   bool // it is put off until an earlier round is done
}

// Hub is what happens to one hub.
type Hub struct {
	Name   string
	Owner  string  // the branch that owns the hub; "" if none does
	Gate   Step    // whether the event may push and deploy it
	May    Step    // whether the event may deploy it, as its push may, or a scheduled build that goes on with rounds
	Pass   Pass    // good if it may
	Images []Image // in the order of the facts
	Build  Step    // of all images
	Push   Step    // likewise
	Deploy Step
	Round  Round
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
		owner, err := OwnershipOf(facts.Branches, facts.Owners, h.Name)
		if err != nil {
			return Plan{}, err
		}
		var names []string
		for _, image := range h.Images {
			if image.Dirty && facts.Event.InCI() {
				return Plan{}, exit.Input("the image %s has uncommitted changes: CI builds committed content only", image.Name).Try("look for an earlier step of CI that writes there")
			}
			if !image.BuiltElsewhere() {
				names = append(names, image.Name)
			}
		}
		gate, pass := Enter(facts.Event, h.Name, names, owner)
		may := gate
		if facts.Event.Resumes {
			may, pass = Resume(facts.Event, h.Name, owner)
		}
		step := verified(facts, h, may, deploy(facts, h, may))
		if facts.Event.Resumes && !h.Release.Asked {
			step = may // whether it has to do anything at all there, the cluster says
		}
		plan.Hubs = append(plan.Hubs, Hub{
			Name: h.Name, Owner: owner.Here, Gate: gate, May: may, Pass: pass,
			Images: images(facts, h, gate), Deploy: step,
		})
	}
	putOff(facts, plan.Hubs)
	onlyResume(facts, plan.Hubs)
	leaveToOthers(facts, plan.Hubs)
	shareImages(plan.Hubs)
	for i, h := range plan.Hubs {
		plan.Hubs[i].Build = together(h, func(i Image) Step { return i.Build })
		plan.Hubs[i].Push = together(h, func(i Image) Step { return i.Push })
	}
	return plan, nil
}

// Owner returns the branch that owns the hub, by pattern.Best, or "". Two branches that fit equally well are bad input, of the named file.
func Owner(file string, branches []config.Branch, hub string) (string, error) {
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
		return "", exit.Input("%s: branches: hub %s belongs to both %s and %s", file, hub, branches[owners[0]].Name, branches[owners[1]].Name).Try("name it once")
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

// owns reports whether the branch owns any hub at all, as far as anybody was asked.
func (f Facts) owns(branch string) bool {
	return config.Owns(f.Branches, branch) && (f.Owners.From == "" || config.Owns(f.Owners.Branches, branch))
}
