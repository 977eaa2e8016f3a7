package pipeline

import (
	"context"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// Duty is what the event of a run calls for.
type Duty int

const (
	// DoNothing is for a build of a branch that has moved on or was deleted.
	DoNothing Duty = iota
	// DoBuild is for everything that does not deploy: images and documentation are built, and neither registry nor cluster is
	// touched.
	DoBuild
	// DoResume is for a scheduled build of a branch that owns hubs, where hubops.yaml says so: it goes on with rounds.
	DoResume
	// DoDeploy is for a push to a branch that owns hubs: those are built, pushed and deployed.
	DoDeploy
)

// DutyOf returns what the event calls for, and says so if it does not deploy.
func DutyOf(ctx context.Context) (Duty, error) {
	r := run.Of(ctx)
	found, err := r.Surveyor.Of(ctx)
	if err != nil {
		return DoNothing, err
	}
	event := found.Event()
	switch {
	case event.Tip.Moved():
		r.Console.Result("ci: nothing is built, pushed or deployed: %s", plan.Stale(event))
		return DoNothing, nil
	case event.Resumes && slices.ContainsFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.May.Do }):
		r.Console.Info("", "ci: %s: it goes on with rounds, and does nothing else", event)
		return DoResume, nil
	case event.InCI() && slices.ContainsFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.Gate.Do }):
		return DoDeploy, nil
	}
	r.Console.Info("", "ci: %s: images and documentation are built, nothing is pushed or deployed", event)
	return DoBuild, nil
}

// TellNothingDeployed is the last line of a run that was to build alone: it says why nothing is pushed or deployed. Somebody who has pushed
// may wait for a deploy.
func TellNothingDeployed(ctx context.Context) error {
	r := run.Of(ctx)
	found, err := r.Surveyor.Of(ctx)
	if err == nil {
		r.Console.Result("ci: nothing was pushed or deployed: %s", whyNothing(found))
	}
	return err
}

// whyNothing says why an event deploys nothing.
func whyNothing(found *survey.Survey) string {
	event := found.Event()
	switch {
	case event.Kind != ci.Push:
		return event.String()
	case len(found.Plan.Hubs) == 0:
		return event.String() + ", and the repository has no hubs"
	case config.Owns(found.Facts.Branches, event.Branch):
		return event.String() + ", " + found.Plan.Hubs[0].Gate.Reason
	}
	var deploying []string
	for _, branch := range found.Facts.Branches {
		deploying = append(deploying, branch.Name)
	}
	if len(deploying) == 0 {
		return event.String() + ", and this clone does not know the default branch; branches in " + config.File + " says which branches deploy"
	}
	return event.String() + ", and what deploys is a push to " + strings.Join(deploying, " or ")
}
