package ops

import (
	"context"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/survey"
)

// RolloutHub waits until the workloads of one hub are rolled out.
func RolloutHub(ctx context.Context, name string) error {
	return runOf(ctx).rollout(ctx, fanout.One(name))
}

// RolloutAll waits until the workloads of all hubs are rolled out.
func RolloutAll(ctx context.Context) error { return runOf(ctx).rollout(ctx, fanout.All()) }

func (r *run) rollout(ctx context.Context, which fanout.Selection) error {
	found, err := r.surveyor.HubsAlone(ctx, which.Names()...)
	if err != nil {
		return err
	}
	return r.onEach(ctx, found, func(ctx context.Context, part *survey.Survey) (became, error) {
		releases, err := r.releasesOn(ctx, part)
		if err != nil {
			return hasFailed, err
		}
		cluster, err := r.on(part).Cluster(ctx)
		if err != nil {
			return hasFailed, err
		}
		r.Console.Info("", "watching %s", cluster)
		work := fanout.Work{Verb: "rollout", Console: r.Console, AtATime: atATime(r.Config.On(part.Cluster)), Together: r.together, Selection: which, Do: releases.Rollout}
		return allIsWell, work.Run(ctx, part.Hubs, nil)
	})
}
