package ops

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/plan"
)

// Duty is what the event of a run calls for.
type Duty int

const (
	// DoNothing is for a build of a branch that has moved on or was deleted.
	DoNothing Duty = iota
	// DoBuild is for everything that does not deploy: images and documentation are built, and neither registry nor cluster is
	// touched.
	DoBuild
	// DoDeploy is for a push to a branch that owns hubs: those are built, pushed and deployed.
	DoDeploy
)

// DutyOf returns what the event calls for, and says so if it does not deploy.
func DutyOf(ctx context.Context) (Duty, error) {
	r := runOf(ctx)
	found, err := r.surveyor.Of(ctx)
	if err != nil {
		return DoNothing, err
	}
	event := found.Event()
	switch {
	case event.Tip.Moved():
		r.Console.Result("ci: nothing is built, pushed or deployed: %s", plan.Stale(event))
		return DoNothing, nil
	case event.InCI() && slices.ContainsFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.Gate.Do }):
		return DoDeploy, nil
	}
	r.Console.Info("", "ci: %s: images and documentation are built, nothing is pushed or deployed", event)
	return DoBuild, nil
}
