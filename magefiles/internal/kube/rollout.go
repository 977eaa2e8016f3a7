package kube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Workload is what has a rollout: a Deployment, a StatefulSet or a DaemonSet.
type Workload struct {
	Kind   string // lower case
	Name   string
	Manual bool // pods are replaced only when somebody deletes them (OnDelete): there is no rollout to wait for
}

func (w Workload) String() string { return w.Kind + "/" + w.Name }

// Workloads lists the workloads of a namespace.
func (c *Client) Workloads(ctx context.Context, namespace string) ([]Workload, error) {
	out, err := c.output(ctx, "get", "deployments,statefulsets,daemonsets", "--namespace", namespace, "--output", "json", "--request-timeout", "30s")
	if err != nil {
		return nil, exit.With(exit.Rollout, fmt.Errorf("listing the workloads of hub %s: %w", namespace, err))
	}
	var list struct {
		Items []struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
			Spec struct {
				UpdateStrategy struct {
					Type string `json:"type"`
				} `json:"updateStrategy"`
			} `json:"spec"`
		} `json:"items"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		return nil, fmt.Errorf("listing the workloads of hub %s: %w", namespace, err)
	}
	workloads := make([]Workload, 0, len(list.Items))
	for _, item := range list.Items {
		workloads = append(workloads, Workload{
			Kind: strings.ToLower(item.Kind), Name: item.Metadata.Name,
			Manual: item.Spec.UpdateStrategy.Type == "OnDelete",
		})
	}
	return workloads, nil
}

// Rollout waits until every workload of the namespace is rolled out: all at once, with one deadline. The error names
// each one that is not.
func (c *Client) Rollout(ctx context.Context, namespace string, workloads []Workload, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout+5*time.Second) // kubectl's own --timeout speaks first
	defer cancel()
	failures := make([]error, len(workloads))
	var group errgroup.Group
	for i, workload := range workloads {
		if workload.Manual {
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

func (c *Client) rolloutStatus(ctx context.Context, namespace string, workload Workload, timeout time.Duration) error {
	args := []string{"rollout", "status", "--namespace", namespace, "--watch", workload.String(), "--timeout", fmt.Sprintf("%ds", int(timeout.Seconds())), "--context", c.Context}
	err := c.Run.Run(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: namespace, Show: run.Quote("kubectl", args...)})
	if err != nil {
		return fmt.Errorf("%s of hub %s is not rolled out: %w", workload, namespace, err)
	}
	return nil
}

// ShowTrouble logs the pods of a namespace and its warnings: what an operator looks at first when a rollout fails. An operator who has
// interrupted the run is not kept waiting for it.
func (c *Client) ShowTrouble(ctx context.Context, namespace string) {
	if ctx.Err() != nil {
		return
	}
	for _, args := range [][]string{
		{"get", "pods", "--namespace", namespace, "--request-timeout", "10s", "--context", c.Context},
		{"get", "events", "--namespace", namespace, "--field-selector", "type=Warning", "--sort-by", ".lastTimestamp", "--request-timeout", "10s", "--context", c.Context},
	} {
		// Whatever goes wrong here is in the log; the failure that made us look is the one that counts.
		_ = c.Run.Run(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: namespace, Show: run.Quote("kubectl", args...)})
	}
}
