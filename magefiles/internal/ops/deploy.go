package ops

import (
	"context"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// DeployHub upgrades the release of one hub and waits for its rollout.
func DeployHub(ctx context.Context, name string) error {
	return runOf(ctx).deploy(ctx, fanout.One(name))
}

// DeployAll upgrades the releases of the hubs that this event may deploy, in waves, and waits for their rollouts.
func DeployAll(ctx context.Context) error { return runOf(ctx).deploy(ctx, fanout.All()) }

func (r *run) deploy(ctx context.Context, which fanout.Selection) error {
	found, err := r.surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	step := func(h plan.Hub) plan.Step { return h.Deploy }
	work := fanout.Work{
		Verb: "deploy", Console: r.Console, AtATime: r.upgradesAtATime(), Selection: which, Step: step,
		Waves: r.Config.Waves, StopAfter: r.Config.StopAfter,
	}
	if found.Any(step) { // otherwise ask nothing
		if stale, err := r.stale(ctx); stale || err != nil {
			return err
		}
		releases, err := r.connectDeploy(ctx, found, step)
		if err != nil {
			return err
		}
		defer releases.TellStates(ctx, found)
		work.Do = func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
			return releases.Deploy(ctx, found, h, leave)
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "deploying")()
	return work.Run(ctx, found.Hubs, found.Plan.Hubs)
}

// stale reports whether the branch has moved on since the survey was made, because images can take half an hour to build.
func (r *run) stale(ctx context.Context) (bool, error) {
	event, err := r.surveyor.EventNow(ctx)
	if err != nil || !event.Tip.Moved() {
		return false, err
	}
	r.Console.Result("nothing is deployed: %s", plan.Stale(event))
	return true, nil
}

// connectDeploy asks the cluster what it has, and finds helm if any hub needs it.
func (r *run) connectDeploy(ctx context.Context, found *survey.Survey, step func(plan.Hub) plan.Step) (*release.Releases, error) {
	releases, err := r.releases(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.to.Confirm(ctx); err != nil {
		return nil, err
	}
	if err := r.surveyor.AskClusterToDeploy(ctx, found); err != nil || !found.Any(step) {
		return releases, err
	}
	if err := found.Fleet.CheckTiller(); err != nil {
		return nil, err
	}
	return releases, releases.Prepare(ctx)
}

// upgradesAtATime is how many hubs are deployed or watched at once. It is larger than that of builds, because deploys mostly wait.
func (r *run) upgradesAtATime() int {
	if r.Config.Jobs == 0 {
		return r.Config.Upgrades
	}
	return r.Config.AtATime()
}
