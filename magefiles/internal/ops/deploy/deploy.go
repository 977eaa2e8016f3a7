// Package deploy deploys hubs, on all clusters at once, in waves and, where hubops.yaml says so, in rounds. In goes the survey of a run, whose
// plan says which hubs; out come releases, and what became of each hub: as a document, on the job's page, and to whom announcements go.
package deploy

import (
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// Hub upgrades the release of one hub and waits for its rollout.
func Hub(ctx context.Context, name string) error {
	return newDeploying(ctx).deploy(ctx, fanout.One(name))
}

// All upgrades the releases of the hubs that this event may deploy, in waves, and waits for their rollouts.
func All(ctx context.Context) error { return newDeploying(ctx).deploy(ctx, fanout.All()) }

// deploying is a deploy of hubs, with what has become of it so far.
type deploying struct {
	*run.Run
	deployed outcomes
	applied  applied
}

func newDeploying(ctx context.Context) *deploying { return &deploying{Run: run.Of(ctx)} }

func (d *deploying) deploy(ctx context.Context, which fanout.Selection) error {
	found, err := d.Surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	parts := d.Surveyor.Parts(found)
	err = d.deployParts(ctx, found, parts, which)
	pipeline.KeepPlan(d.Run, found, parts)
	doc := d.deployed.document(found.Head.Hash, parts)
	d.announce(ctx, doc)
	d.summariseDeploy()
	return d.PresentAfter(err, doc)
}

func (d *deploying) deployParts(ctx context.Context, found *survey.Survey, parts []*survey.Survey, which fanout.Selection) error {
	if err := d.LockCheckout(); err != nil {
		return err
	}
	if err := d.Surveyor.Recall(found); err != nil {
		return err
	}
	step := func(h plan.Hub) plan.Step { return h.Deploy }
	if found.Any(step) { // otherwise ask nothing
		if stale, err := d.stale(ctx); stale || err != nil {
			return err
		}
	}
	defer d.Console.Beat(ui.Heartbeat, "deploying")()
	if found.InRounds() {
		return d.Settle(ctx, d.deployInRounds(ctx, found, parts, which))
	}
	err := d.OnParts(ctx, parts, func(ctx context.Context, part *survey.Survey) (run.Became, error) {
		return d.deployOn(ctx, part, which, step)
	})
	if len(d.Config.Clusters) == 0 {
		return err
	}
	return d.Settle(ctx, err)
}

// deployOn deploys the hubs of one cluster.
func (d *deploying) deployOn(ctx context.Context, found *survey.Survey, which fanout.Selection, step func(plan.Hub) plan.Step) (run.Became, error) {
	settings := d.Config.On(found.Cluster)
	work := fanout.Work{
		Verb: "deploy", Console: d.Console, AtATime: atATime(settings), Selection: which, Step: step, Together: d.Together,
		Waves: settings.Waves, StopAfter: settings.StopAfter, Note: d.deployed.note,
	}
	end := run.NothingToDo
	if found.Any(step) {
		end = run.AllIsWell
		releases, err := d.connectDeploy(ctx, found, step)
		pipeline.KeepPlan(d.Run, found, []*survey.Survey{found})
		if err != nil {
			return run.HasFailed, d.unreached(found, step, err)
		}
		defer releases.TellStates(ctx, found)
		defer releases.EndRooms(ctx, found)
		work.Do = func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
			return releases.Deploy(ctx, found, h, leave)
		}
	}
	err := work.Run(ctx, found.Hubs, found.Plan.Hubs)
	if found.Cluster == "" {
		return end, d.Settle(ctx, err)
	}
	return end, err // which OnEach tells, before it is put off
}

// unreached says of each hub that it is not deployed, where there are several clusters and this one cannot be used.
func (d *deploying) unreached(found *survey.Survey, step func(plan.Hub) plan.Step, err error) error {
	if found.Cluster == "" {
		return err
	}
	for _, h := range found.Plan.Hubs {
		if step(h).Do {
			d.Console.Result("%s: not deployed: cluster %s cannot be used", h.Name, found.Cluster)
		}
	}
	return run.InCluster(found, err)
}

// stale reports whether the branch has moved on since the survey was made, because images can take half an hour to build.
func (d *deploying) stale(ctx context.Context) (bool, error) {
	event, err := d.Surveyor.EventNow(ctx)
	if err != nil || !event.Tip.Moved() {
		return false, err
	}
	d.deployed.stopped = plan.Stale(event)
	d.Console.Result("nothing is deployed: %s", d.deployed.stopped)
	return true, nil
}

// releases are those of the cluster of a part, which tell what they are about to change.
func (d *deploying) releases(ctx context.Context, part *survey.Survey) (*release.Releases, error) {
	releases, err := d.ReleasesOn(ctx, part)
	if err == nil {
		releases.Tell = d.applied.add
	}
	return releases, err
}

// connectDeploy asks the cluster what it has, and finds helm if any hub needs it.
func (d *deploying) connectDeploy(ctx context.Context, found *survey.Survey, step func(plan.Hub) plan.Step) (*release.Releases, error) {
	releases, err := d.releases(ctx, found)
	if err != nil {
		return nil, err
	}
	if err := d.On(found).Confirm(ctx); err != nil {
		return nil, err
	}
	if err := d.Surveyor.AskClusterToDeploy(ctx, found); err != nil || !found.Any(step) {
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
