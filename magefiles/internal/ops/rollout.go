package ops

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/watch"
)

// RolloutHub waits until the workloads of one hub are rolled out.
func RolloutHub(name string) Verb {
	return func(ctx context.Context, s *Session) error { return s.rolloutOnly(ctx, one(name)) }
}

// RolloutAll waits until the workloads of all hubs are rolled out.
func RolloutAll(ctx context.Context, s *Session) error { return s.rolloutOnly(ctx, selection{}) }

func (s *Session) rolloutOnly(ctx context.Context, which selection) error {
	hubs, err := s.hubs(which.names)
	if err != nil {
		return err
	}
	client, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	s.Console.Info("", "watching %s", s.where(access))
	watcher, err := s.watcher(ctx, client)
	if err != nil {
		return err
	}
	always := func(string) plan.Step { return plan.Step{Do: true, Reason: "asked for"} }
	return s.each(ctx, hubs, "rollout", which.named, always, func(ctx context.Context, h hub.Hub) (string, error) {
		start := time.Now()
		if err := s.maskRelease(ctx, client, h.Name); err != nil {
			return "", err
		}
		watched, err := s.watchHub(ctx, watcher, client, h, false)
		if err != nil {
			return "", err
		}
		defer watched.Close()
		workloads, err := s.rollout(ctx, client, watched, h)
		if err == nil && workloads == 0 {
			err = exit.With(exit.Rollout, fmt.Errorf("hub %s has no workloads: deploy it first, with deploy:hub %s", h.Name, h.Name))
		}
		return fmt.Sprintf("%s, in %s", rolledOut(workloads), time.Since(start).Round(time.Second/10)), err
	})
}

func rolledOut(workloads int) string {
	switch workloads {
	case 0:
		return "a chart without workloads"
	case 1:
		return "1 workload rolled out"
	}
	return fmt.Sprintf("%d workloads rolled out", workloads)
}

// rollout waits for all workloads of a hub, asks the hub itself how it is, and returns how many workloads there are.
func (s *Session) rollout(ctx context.Context, client *kube.Client, watched *watch.Hub, h hub.Hub) (int, error) {
	workloads, err := client.Workloads(ctx, h.Name)
	if err != nil || len(workloads) == 0 {
		return 0, err
	}
	defer s.Console.Beat(heartbeat, "waiting for the rollout of "+h.Name)()
	watched.Applied = true
	err = watched.Guard(ctx, func(ctx context.Context) error {
		return client.Rollout(ctx, h.Name, workloads, s.Config.For(h.Name).Timeout)
	})
	if err != nil {
		return 0, err
	}
	return len(workloads), s.health(ctx, client, h)
}
