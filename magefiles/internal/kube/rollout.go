package kube

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Workloads lists what has a rollout in a namespace: Deployments, StatefulSets, DaemonSets, and Jobs that are no hooks.
// Placeholders for users, which are meant to wait, are left out.
func (c *Client) Workloads(ctx context.Context, namespace string) ([]*diagnosis.Object, error) {
	var list struct{ Items []*diagnosis.Object }
	if err := c.json(ctx, &list, nil, "get", "deployments,statefulsets,daemonsets,jobs", "--namespace", namespace); err != nil {
		return nil, exit.With(exit.Rollout, fmt.Errorf("listing the workloads of hub %s: %w", namespace, err))
	}
	return slices.DeleteFunc(list.Items, func(o *diagnosis.Object) bool { return !diagnosis.Awaited(o) }), nil
}

// Rollout waits until every workload of the namespace is rolled out: all at once, with one deadline. The error names
// each one that is not.
func (c *Client) Rollout(ctx context.Context, namespace string, workloads []*diagnosis.Object, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout+5*time.Second) // kubectl's own --timeout speaks first
	defer cancel()
	failures := make([]error, len(workloads))
	var group errgroup.Group
	for i, workload := range workloads {
		if workload.Spec.UpdateStrategy.Type == "OnDelete" {
			c.Run.Log.Line(namespace, workload.String()+": its pods are replaced by hand (OnDelete), nothing to wait for")
			continue
		}
		group.Go(func() error {
			failures[i] = c.rolloutStatus(limited, namespace, workload, timeout)
			return nil
		})
	}
	_ = group.Wait() // failures has the errors, all of them
	return exit.With(exit.Rollout, errors.Join(failures...))
}

func (c *Client) rolloutStatus(ctx context.Context, namespace string, workload *diagnosis.Object, timeout time.Duration) error {
	args := []string{"rollout", "status", "--namespace", namespace, "--watch", workload.String()}
	if workload.Kind == "Job" { // which has no rollout status
		args = []string{"wait", "--namespace", namespace, "--for", "condition=complete", workload.String()}
	}
	args = append(args, "--timeout", fmt.Sprintf("%ds", int(timeout.Seconds())), "--context", c.Context)
	err := c.Run.Run(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: namespace, Show: run.Quote("kubectl", args...)})
	if err != nil {
		return fmt.Errorf("%s of hub %s is not rolled out: %w", workload, namespace, err)
	}
	return nil
}
