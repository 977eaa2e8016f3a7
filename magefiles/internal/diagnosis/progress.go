package diagnosis

import (
	"fmt"
	"slices"
	"strings"
)

// Complete reports whether the newest revision of a workload is all there is of it, and ready: what
// `kubectl rollout status` waits for. Of a DaemonSet that MayBeMissing one pod of the newest revision is enough.
func Complete(o *Object) bool {
	if o.Kind != "Job" && !observed(o) {
		return false
	}
	status, replicas := o.Status, 1
	if o.Spec.Replicas != nil {
		replicas = *o.Spec.Replicas
	}
	switch o.Kind {
	case "Deployment":
		return status.UpdatedReplicas >= replicas && status.Replicas <= status.UpdatedReplicas && status.AvailableReplicas >= status.UpdatedReplicas
	case "StatefulSet":
		if o.Spec.UpdateStrategy.Type == "OnDelete" {
			return true
		}
		if partition := o.Spec.UpdateStrategy.RollingUpdate.Partition; partition > 0 {
			return status.UpdatedReplicas >= replicas-partition && status.ReadyReplicas >= replicas
		}
		return status.ReadyReplicas >= replicas && status.UpdateRevision == status.CurrentRevision
	case "DaemonSet":
		return daemonsComplete(o)
	case "Job":
		return o.Spec.Suspend || o.condition("Complete").Status == "True"
	}
	return status.ReadyReplicas >= replicas
}

func daemonsComplete(o *Object) bool {
	status := o.Status
	switch {
	case o.Spec.UpdateStrategy.Type == "OnDelete", status.DesiredNumberScheduled == 0:
		return true
	case MayBeMissing(o): // more than all together, so at least one is both
		return status.UpdatedNumberScheduled+status.NumberAvailable > status.DesiredNumberScheduled
	}
	return status.UpdatedNumberScheduled >= status.DesiredNumberScheduled && status.NumberAvailable >= status.DesiredNumberScheduled
}

// MayBeMissing reports whether a chart lets a DaemonSet be missing on every node while it is updated, as JupyterHub's does with the one that pulls
// images ahead: users are served meanwhile, and a node that is slow to pull, or new, holds up nothing. helm 3 does not wait for such a one at all; helm 4 does, with --wait.
func MayBeMissing(o *Object) bool {
	return o.Kind == "DaemonSet" && o.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable == "100%"
}

// Awaited reports whether a rollout waits for the workload: nothing else manages it, it is no hook, no placeholder, and
// no job that is put off.
func Awaited(o *Object) bool {
	return o.controller() == nil && !o.hook() && !o.Spec.Suspend && !guest(o.Spec.Template.Metadata.Labels)
}

// Progress is how far a namespace is, on one line: "pods 3/5 ready; hub: pulling image; waiting for a load balancer
// (proxy-public)". It is "" as long as there is nothing.
func Progress(s Snapshot, scope Scope, verdicts []Verdict) string {
	if scope.Server != "" {
		return serverProgress(verdicts)
	}
	v := newView(s, scope)
	ready, wanted := 0, 0
	for _, workload := range v.workloads() {
		switch {
		case workload.Kind == "DaemonSet":
			wanted += workload.Status.DesiredNumberScheduled
		case workload.Kind == "Job":
		case workload.Spec.Replicas != nil:
			wanted += *workload.Spec.Replicas
		default:
			wanted++
		}
	}
	for _, pod := range v.of("Pod") {
		workload, newest := v.owner(pod)
		if newest && workload != nil && workload.Kind != "Job" && workload.Kind != "Pod" && v.ours(workload) && !guest(pod.Metadata.Labels) && pod.condition("Ready").Status == "True" {
			ready++
		}
	}
	parts := []string{fmt.Sprintf("pods %d/%d ready", min(ready, wanted), wanted)}
	for _, verdict := range verdicts {
		if part := shortSubject(verdict.Subject) + ": " + verdict.Short; !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	for _, service := range v.of("Service") {
		if service.Spec.Type == "LoadBalancer" && len(service.Status.LoadBalancer.Ingress) == 0 {
			parts = append(parts, "waiting for the load balancer of "+service.Metadata.Name)
		}
	}
	if wanted == 0 && len(parts) == 1 {
		return "" // helm has not reached this object yet
	}
	const most = 6
	if more := len(parts) - most; more > 0 {
		parts = append(parts[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// Lagging returns a verdict for each thing that a hub waited for in vain and that none of the others is about.
func Lagging(s Snapshot, scope Scope, others []Verdict) []Verdict {
	v := newView(s, scope)
	var found []Verdict
	lags := func(o *Object, cause string) {
		told := func(other Verdict) bool { return strings.HasPrefix(other.Subject+",", o.String()+",") }
		if !slices.ContainsFunc(others, told) {
			found = append(found, Verdict{Name: "lagging", Subject: o.String(), Short: "not ready", Cause: cause, Advice: v.command("describe " + o.String())})
		}
	}
	for _, o := range v.workloads() {
		if Awaited(o) && o.Kind != "Job" && !Complete(o) {
			lags(o, fmt.Sprintf("%d of its pods are of the newest revision, %d are available", o.Status.UpdatedReplicas+o.Status.UpdatedNumberScheduled, o.Status.AvailableReplicas+o.Status.NumberAvailable))
		}
	}
	for _, o := range v.of("Service") {
		if v.ours(o) && o.Spec.Type == "LoadBalancer" && len(o.Status.LoadBalancer.Ingress) == 0 {
			lags(o, "its load balancer has no address")
		}
	}
	return found
}

// shortSubject is "hub" for "deployment/hub, container hub", and "hub (init)" where the two differ.
func shortSubject(subject string) string {
	workload, container, found := strings.Cut(subject, ", container ")
	_, name, isWorkload := strings.Cut(workload, "/")
	if !isWorkload {
		name = workload
	}
	if found && container != name {
		return name + " (" + container + ")"
	}
	return name
}

// Touched reports whether helm has begun to change the workloads: it changes them all at once.
func Touched(s Snapshot, scope Scope) bool {
	v := newView(s, scope)
	return slices.ContainsFunc(v.workloads(), func(o *Object) bool { return o.Kind != "Job" && v.touched(o) })
}

// HookRuns reports whether a hook of the chart is running.
func HookRuns(s Snapshot, scope Scope) bool {
	v := newView(s, scope)
	return slices.ContainsFunc(v.of("Job", "Pod"), func(o *Object) bool {
		return o.hook() && v.ours(o) && v.touched(o) && (o.Status.Active > 0 || o.Status.Phase == "Pending" || o.Status.Phase == "Running")
	})
}
