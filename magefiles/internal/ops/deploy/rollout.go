package deploy

import (
	"context"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/survey"
)

// RolloutHub waits until the workloads of one hub are rolled out.
func RolloutHub(ctx context.Context, name string) error {
	return rollout(ctx, run.Of(ctx), fanout.One(name))
}

// RolloutAll waits until the workloads of all hubs are rolled out.
func RolloutAll(ctx context.Context) error { return rollout(ctx, run.Of(ctx), fanout.All()) }

func rollout(ctx context.Context, r *run.Run, which fanout.Selection) error {
	found, err := r.Surveyor.HubsAlone(ctx, which.Names()...)
	if err != nil {
		return err
	}
	return r.OnEach(ctx, found, func(ctx context.Context, part *survey.Survey) (run.Became, error) {
		releases, err := r.ReleasesOn(ctx, part)
		if err != nil {
			return run.HasFailed, err
		}
		cluster, err := r.On(part).Cluster(ctx)
		if err != nil {
			return run.HasFailed, err
		}
		r.Console.Info("", "watching %s", cluster)
		work := fanout.Work{Verb: "rollout", Console: r.Console, AtATime: atATime(r.Config.On(part.Cluster)), Together: r.Together, Selection: which, Do: releases.Rollout}
		return run.AllIsWell, work.Run(ctx, part.Hubs, nil)
	})
}
