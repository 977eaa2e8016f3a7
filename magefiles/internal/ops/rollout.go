package ops

import (
	"context"

	"hub-ops/magefiles/internal/fanout"
)

// RolloutHub waits until the workloads of one hub are rolled out.
func RolloutHub(ctx context.Context, name string) error {
	return runOf(ctx).rollout(ctx, fanout.One(name))
}

// RolloutAll waits until the workloads of all hubs are rolled out.
func RolloutAll(ctx context.Context) error { return runOf(ctx).rollout(ctx, fanout.All()) }

func (r *run) rollout(ctx context.Context, which fanout.Selection) error {
	hubs, err := r.surveyor.Hubs(ctx, which.Names()...)
	if err != nil {
		return err
	}
	releases, err := r.releases(ctx)
	if err != nil {
		return err
	}
	cluster, err := r.to.Cluster(ctx)
	if err != nil {
		return err
	}
	r.Console.Info("", "watching %s", cluster)
	work := fanout.Work{Verb: "rollout", Console: r.Console, AtATime: r.upgradesAtATime(), Selection: which, Do: releases.Rollout}
	return work.Run(ctx, hubs, nil)
}
