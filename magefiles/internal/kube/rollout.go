package kube

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// Workloads lists what has a rollout in a namespace: Deployments, StatefulSets, DaemonSets, and Jobs. Which of them a run waits for is the caller's to
// choose.
func (c *Client) Workloads(ctx context.Context, at layout.Address) ([]*diagnosis.Object, error) {
	var found []*diagnosis.Object
	for _, k := range []struct{ kind, version, resource string }{
		{"Deployment", "apps/v1", "deployments"}, {"StatefulSet", "apps/v1", "statefulsets"}, {"DaemonSet", "apps/v1", "daemonsets"}, {"Job", "batch/v1", "jobs"},
	} {
		var list struct{ Items []*diagnosis.Object }
		if err := c.Ask(ctx, api.Request{Path: api.InNamespace(k.version, at.Namespace, k.resource)}, &list); err != nil {
			return nil, exit.With(exit.Rollout, fmt.Errorf("listing the workloads of hub %s: %w", at.Hub, c.Plainly(err)))
		}
		for _, object := range list.Items {
			object.Kind = k.kind // which the items of a list do not say
			found = append(found, object)
		}
	}
	return found, nil
}

// Rollout waits until every workload of the namespace is rolled out: all at once, with one deadline. Those that are so
// already share a command. The error names each one that is not.
func (c *Client) Rollout(ctx context.Context, at layout.Address, workloads []*diagnosis.Object, timeout time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, timeout+5*time.Second) // kubectl's own --timeout speaks first
	defer cancel()
	groups := c.rolloutGroups(at, workloads)
	failures := make([]error, len(groups))
	var group errgroup.Group
	for i, workloads := range groups {
		group.Go(func() error {
			if diagnosis.MayBeMissing(workloads[0]) {
				failures[i] = c.awaitOne(limited, at, workloads[0])
			} else {
				failures[i] = c.rolloutStatus(limited, at, workloads, timeout)
			}
			return nil
		})
	}
	_ = group.Wait() // failures has the errors, all of them
	return exit.With(exit.Rollout, errors.Join(failures...))
}

// rolloutGroups are the workloads that one kubectl each looks at.
func (c *Client) rolloutGroups(at layout.Address, workloads []*diagnosis.Object) [][]*diagnosis.Object {
	var groups [][]*diagnosis.Object
	places := map[bool]int{} // of those that are complete: Jobs, and others
	for _, workload := range workloads {
		isJob := workload.Kind == "Job"
		if workload.Spec.UpdateStrategy.Type == "OnDelete" {
			c.Run.Log.Line(at.Hub, workload.String()+": its pods are replaced by hand (OnDelete), nothing to wait for")
			continue
		}
		if diagnosis.MayBeMissing(workload) {
			groups = append(groups, []*diagnosis.Object{workload})
			continue
		}
		if i, known := places[isJob]; known && diagnosis.Complete(workload) {
			groups[i] = append(groups[i], workload)
			continue
		}
		if diagnosis.Complete(workload) {
			places[isJob] = len(groups)
		}
		groups = append(groups, []*diagnosis.Object{workload})
	}
	return groups
}

// awaitOne waits until a DaemonSet that may be missing has one pod of its newest revision, which shows that there can be one. kubectl would wait for
// all.
func (c *Client) awaitOne(ctx context.Context, at layout.Address, daemons *diagnosis.Object) error {
	kind, name := daemons.Kind, daemons.Metadata.Name
	for now := daemons; ; {
		if diagnosis.Complete(now) {
			status := now.Status
			c.Run.Log.Line(at.Hub, fmt.Sprintf("%s: available on %d of %d nodes, which is enough: its chart lets it be missing on all of them", now, status.NumberAvailable, status.DesiredNumberScheduled))
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s of hub %s is not rolled out: %w", daemons, at.Hub, ctx.Err())
		case <-time.After(time.Second):
		}
		found := new(diagnosis.Object)
		if err := c.Ask(ctx, api.Request{Path: api.InNamespace("apps/v1", at.Namespace, "daemonsets", name)}, found); err != nil {
			return fmt.Errorf("%s of hub %s: %w", daemons, at.Hub, c.Plainly(err))
		}
		now = found
		now.Kind = kind // which the answer need not say
	}
}

func (c *Client) rolloutStatus(ctx context.Context, at layout.Address, workloads []*diagnosis.Object, timeout time.Duration) error {
	args := []string{"rollout", "status", "--namespace", at.Namespace, "--watch"}
	if workloads[0].Kind == "Job" { // which has no rollout status
		args = []string{"wait", "--namespace", at.Namespace, "--for", "condition=complete"}
	}
	var names []string
	for _, workload := range workloads {
		names = append(names, workload.String())
	}
	args = append(append(args, names...), "--timeout", fmt.Sprintf("%ds", int(timeout.Seconds())), "--context", c.Context)
	err := c.patiently(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: at.Hub, Show: process.Quote("kubectl", args...)})
	if err == nil {
		return nil
	}
	if output := process.Output(err); strings.Contains(output, "timed out waiting") || strings.Contains(output, "exceeded its progress deadline") {
		err = context.DeadlineExceeded // why is for others to say
	}
	return fmt.Errorf("%s of hub %s is not rolled out: %w", strings.Join(names, ", "), at.Hub, err)
}

// unreached is what kubectl says where no API server answers: CheckErr of k8s.io/kubectl/pkg/cmd/util.
var unreached = regexp.MustCompile(`Unable to connect to the server|The connection to the server .* was refused`)

// patiently runs kubectl again, as Ask repeats a request, if the API server is away for a moment.
func (c *Client) patiently(ctx context.Context, kubectl process.Cmd) error {
	for deadline := time.Now().Add(c.Patience); ; {
		err := c.Run.Run(ctx, kubectl)
		if err == nil || !unreached.MatchString(process.Output(err)) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}
