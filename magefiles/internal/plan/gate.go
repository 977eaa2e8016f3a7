package plan

import (
	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
)

// Owners are the branches that own hubs, as hubops.yaml says it on the default branch at origin. Whoever may push any branch can write
// the file of that branch, so that one can give a hub away, and not take one.
type Owners struct {
	Branches []config.Branch
	From     string // where that is, as origin/main; "" if nobody was asked
}

// Let reports whether they let an event deploy anything at all.
func (o Owners) Let(event ci.Event) bool { return config.Deploying(event, o.Branches) }

// Ownership is which branch owns a hub.
type Ownership struct {
	Here      string // by the file that is checked out; "" if none does
	Published string // by that on the default branch at origin; "" if none does
	From      string // where that is, as origin/main; "" if nobody was asked
}

// OwnershipOf returns which branch owns a hub, by the branches of the checkout and the published ones.
func OwnershipOf(here []config.Branch, published Owners, hub string) (own Ownership, err error) {
	own.From = published.From
	if own.Here, err = Owner(config.File, here, hub); err != nil {
		return own, err
	}
	own.Published, err = Owner(config.File+" of "+published.From, published.Branches, hub)
	return own, err
}

// Gate returns whether the event may push and deploy the hub. In CI, only a push to the branch that owns the hub may, and only
// while the branch has not moved on. What a scheduled build may that goes on with rounds, Resume says.
func Gate(event ci.Event, hub string, owner Ownership) Step {
	switch {
	case event.Kind == ci.Local:
		return Step{Do: true, Reason: "asked for, on this machine"}
	case event.Kind == ci.Cron && event.Resumes && !event.Fork:
		return Step{Refused: true, Reason: event.String() + ": it goes on with rounds, and does nothing else"}
	case event.Kind != ci.Push || event.Fork:
		return Step{Refused: true, Reason: event.String() + ": no push, no deploy"}
	}
	return ofOwner(event, hub, owner)
}

// ofOwner returns whether the event is one of the branch that owns the hub, which has not moved on.
func ofOwner(event ci.Event, hub string, owner Ownership) Step {
	switch {
	case owner.Here == "":
		return Step{Refused: true, Reason: "no branch owns hub " + hub}
	case owner.Here != event.Branch:
		return Step{Refused: true, Reason: "hub of branch " + owner.Here + ", the branch is " + event.Branch}
	case event.Tip.Moved():
		return Step{Refused: true, Reason: Stale(event)}
	case owner.From == "":
		return Step{Refused: true, Reason: "which branch owns hub " + hub + " is not known: origin was not asked"}
	case owner.Published == "":
		return Step{Refused: true, Reason: "no branch owns hub " + hub + " by " + config.File + " of " + owner.From + ", which decides"}
	case owner.Published != event.Branch:
		return Step{Refused: true, Reason: "hub of branch " + owner.Published + " by " + config.File + " of " + owner.From + ", which decides; the branch is " + event.Branch}
	}
	return Step{Do: true, Reason: event.String() + ", which owns it"}
}

// Stale returns why a build of a branch that has moved on, or was deleted, does nothing.
func Stale(event ci.Event) string {
	if event.Tip.Deleted {
		return "stale build: " + event.Branch + " was deleted after this build was started"
	}
	return "stale build: " + event.Branch + " has moved on to " + event.Tip.Commit + ", whose own build deploys"
}
