package plan

import (
	"slices"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
)

// Pass is the proof that the gate lets this run change a hub. What changes a registry or a cluster demands one, and only this package
// can make one that is good: a verb that has not asked the gate changes nothing.
type Pass struct {
	hub    string
	images []string
}

// Hub returns the hub that may be changed; "" for a pass that the gate has not given.
func (p Pass) Hub() string { return p.hub }

// For returns an error unless the pass is for this hub.
func (p Pass) For(hub string) error {
	if hub == "" || p.hub != hub {
		return exit.Input("hub %q: the gate was not asked whether this run may change it, so nothing is changed", hub)
	}
	return nil
}

// ForImage is For for an image of the hub, by its name.
func (p Pass) ForImage(image string) error {
	if image == "" || !slices.Contains(p.images, image) {
		return exit.Input("image %q: the gate was not asked whether this run may change it, so nothing is changed", image)
	}
	return nil
}

// Enter asks the gate, and returns a pass for the hub and its images where it lets the run through.
func Enter(event ci.Event, hub string, images []string, owner Ownership) (Step, Pass) {
	gate := Gate(event, hub, owner)
	if !gate.Do {
		return gate, Pass{}
	}
	return gate, Pass{hub, images}
}
