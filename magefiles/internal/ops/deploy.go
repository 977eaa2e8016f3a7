package ops

import (
	"context"

	"hub-ops/magefiles/internal/config"
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
	parts := r.surveyor.Parts(found)
	err = r.deployParts(ctx, found, parts, which)
	r.keepPlan(found, parts)
	doc := r.deployed.document(found.Head.Hash, parts)
	r.announce(ctx, doc)
	r.summariseDeploy()
	return r.presentAfter(err, doc)
}

func (r *run) deployParts(ctx context.Context, found *survey.Survey, parts []*survey.Survey, which fanout.Selection) error {
	if err := r.LockCheckout(); err != nil {
		return err
	}
	if err := r.surveyor.Recall(found); err != nil {
		return err
	}
	step := func(h plan.Hub) plan.Step { return h.Deploy }
	if found.Any(step) { // otherwise ask nothing
		if stale, err := r.stale(ctx); stale || err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "deploying")()
	if found.InRounds() {
		return r.settle(ctx, r.deployInRounds(ctx, found, parts, which))
	}
	err := r.onParts(ctx, parts, func(ctx context.Context, part *survey.Survey) (became, error) {
		return r.deployOn(ctx, part, which, step)
	})
	if len(r.Config.Clusters) == 0 {
		return err
	}
	return r.settle(ctx, err)
}

// deployOn deploys the hubs of one cluster.
func (r *run) deployOn(ctx context.Context, found *survey.Survey, which fanout.Selection, step func(plan.Hub) plan.Step) (became, error) {
	settings := r.Config.On(found.Cluster)
	work := fanout.Work{
		Verb: "deploy", Console: r.Console, AtATime: atATime(settings), Selection: which, Step: step, Together: r.together,
		Waves: settings.Waves, StopAfter: settings.StopAfter, Note: r.deployed.note,
	}
	end := nothingToDo
	if found.Any(step) {
		end = allIsWell
		releases, err := r.connectDeploy(ctx, found, step)
		r.keepPlan(found, []*survey.Survey{found})
		if err != nil {
			return hasFailed, r.unreached(found, step, err)
		}
		defer releases.TellStates(ctx, found)
		defer releases.EndRooms(ctx, found)
		work.Do = func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
			return releases.Deploy(ctx, found, h, leave)
		}
	}
	err := work.Run(ctx, found.Hubs, found.Plan.Hubs)
	if found.Cluster == "" {
		return end, r.settle(ctx, err)
	}
	return end, err // which onEach tells, before it is put off
}

// unreached says of each hub that it is not deployed, where there are several clusters and this one cannot be used.
func (r *run) unreached(found *survey.Survey, step func(plan.Hub) plan.Step, err error) error {
	if found.Cluster == "" {
		return err
	}
	for _, h := range found.Plan.Hubs {
		if step(h).Do {
			r.Console.Result("%s: not deployed: cluster %s cannot be used", h.Name, found.Cluster)
		}
	}
	return inCluster(found, err)
}

// stale reports whether the branch has moved on since the survey was made, because images can take half an hour to build.
func (r *run) stale(ctx context.Context) (bool, error) {
	event, err := r.surveyor.EventNow(ctx)
	if err != nil || !event.Tip.Moved() {
		return false, err
	}
	r.deployed.stopped = plan.Stale(event)
	r.Console.Result("nothing is deployed: %s", r.deployed.stopped)
	return true, nil
}

// connectDeploy asks the cluster what it has, and finds helm if any hub needs it.
func (r *run) connectDeploy(ctx context.Context, found *survey.Survey, step func(plan.Hub) plan.Step) (*release.Releases, error) {
	releases, err := r.releasesOn(ctx, found)
	if err != nil {
		return nil, err
	}
	if err := r.on(found).Confirm(ctx); err != nil {
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

// atATime is how many hubs of a cluster are deployed or watched at once. It is larger than that of builds, because deploys mostly wait.
func atATime(settings *config.Config) int {
	if settings.Jobs == 0 {
		return settings.Upgrades
	}
	return settings.AtATime()
}
