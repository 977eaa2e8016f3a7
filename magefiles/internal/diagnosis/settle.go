package diagnosis

import (
	"fmt"
	"slices"
	"time"
)

// Hold is how long a container of a new pod must go on before it counts: a container without a readiness probe counts as
// ready in the moment between its start and its crash.
type Hold struct {
	Running time.Duration // from its start
	Ready   time.Duration // besides, from being ready, for a container with a readiness probe
}

// Settling follows the containers of a hub until each of them has held. It goes by the clock of this machine, because the
// cluster's may differ; only what ran before the first look is judged by the cluster's.
type Settling struct {
	Hold
	since    map[string]time.Time // when a container was first seen to run, and to be ready
	old      map[string]bool      // had held at the first look: no change of this deploy's
	restarts map[string]int       // of each container when the wait began; nil: it has not begun
}

// lasting is a container that is to go on running.
type lasting struct {
	workload, pod *Object
	spec          Container
	status        ContainerStatus
}

func (c lasting) key() string { return c.pod.Metadata.UID + "/" + c.status.Name }

// See notes since when each container has run and has been ready. It is called with every snapshot from before the change on.
func (s *Settling) See(snapshot Snapshot, scope Scope, now time.Time) {
	first := s.since == nil
	since := map[string]time.Time{}
	for _, c := range newView(snapshot, scope).lasting() {
		note := func(what string, is bool, stamp time.Time) {
			key := fmt.Sprintf("%s %d %s", c.key(), c.status.RestartCount, what)
			switch begun, known := s.since[key]; {
			case !is:
			case known:
				since[key] = begun
			case first && !stamp.IsZero() && stamp.Before(now):
				since[key] = stamp
			default:
				since[key] = now
			}
		}
		running := c.status.State.Running
		if running != nil {
			note("runs", true, running.StartedAt)
		}
		note("ready", running != nil && c.status.Ready, c.pod.condition("Ready").Since)
	}
	s.since = since
	if !first {
		return
	}
	s.old = map[string]bool{}
	for _, c := range newView(snapshot, scope).lasting() {
		s.old[c.key()] = s.held(c, now)
	}
}

// held reports whether a container has gone on for long enough.
func (s *Settling) held(c lasting, now time.Time) bool {
	lasted := func(what string, least time.Duration) bool {
		begun, known := s.since[fmt.Sprintf("%s %d %s", c.key(), c.status.RestartCount, what)]
		return known && now.Sub(begun) >= least
	}
	if c.spec.ReadinessProbe != nil && !lasted("ready", s.Ready) {
		return false
	}
	return c.status.Ready && lasted("runs", s.Running)
}

// Judge returns which containers and workloads have not held yet, and a verdict for each container that has ended since the
// first call, and not for the first time, or is not started again: a first end is forgiven, as it was while helm and kubectl waited. Neither:
// everything has held.
func (s *Settling) Judge(snapshot Snapshot, scope Scope, now time.Time) (waits []string, failed []Verdict) {
	s.See(snapshot, scope, now)
	v := newView(snapshot, scope)
	if s.restarts == nil {
		s.restarts = map[string]int{}
		for _, c := range v.lasting() {
			s.restarts[c.key()] = c.status.RestartCount
		}
	}
	for _, workload := range v.workloads() {
		if workload.Kind != "Job" && Awaited(workload) && !Complete(workload) {
			waits = append(waits, workload.String())
		}
	}
	enough := s.enough(v, now)
	waits = slices.Concat(waits, v.short(enough), v.unstarted(enough))
	for _, c := range v.lasting() {
		end, previous := c.end(s.restarts[c.key()])
		switch {
		case s.old[c.key()]: // that it is ready is the workload's concern
		case end != nil && end.ExitCode == 0 && c.mayEnd():
		case end != nil && !c.triedAgain(end):
			failed = append(failed, v.ended(c, end, previous))
		case enough[c.workload]:
		case end != nil && !s.held(c, now):
			waits = append(waits, subject(c.workload, c.status.Name)+TriedAgain+end.code())
		case !s.held(c, now):
			waits = append(waits, subject(c.workload, c.status.Name))
		}
	}
	slices.Sort(waits)
	return slices.Compact(waits), sorted(failed)
}

// enough are the workloads that MayBeMissing of which one pod has held: none of their others is waited for, which a new node may be slow to pull.
func (s *Settling) enough(v *view, now time.Time) map[*Object]bool {
	pods := map[*Object]bool{}
	for _, c := range v.lasting() {
		if before, known := pods[c.pod]; MayBeMissing(c.workload) {
			pods[c.pod] = (before || !known) && (s.old[c.key()] || s.held(c, now))
		}
	}
	found := map[*Object]bool{}
	for pod, held := range pods {
		if workload, _ := v.owner(pod); held {
			found[workload] = true
		}
	}
	return found
}

// Forgive lets the containers that have ended begin anew.
func (s *Settling) Forgive() { s.restarts = nil }

// lasting lists the containers that are to go on running, of the newest pods of what the hub waits for. A Job may end, so may
// an init container; a pod that was evicted is replaced.
func (v *view) lasting() []lasting {
	var found []lasting
	for _, pod := range v.of("Pod") {
		workload, newest := v.owner(pod)
		if !newest || !v.awaits(workload) || guest(pod.Metadata.Labels) || v.gone(pod) {
			continue
		}
		for _, statuses := range [][]ContainerStatus{pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses} {
			for _, status := range statuses {
				if spec, lasts := pod.lasts(status.Name); lasts {
					found = append(found, lasting{workload, pod, spec, status})
				}
			}
		}
	}
	return found
}

// short lists the workloads that have fewer pods of their newest revision than they are to have, except those of which there is enough: one was lost and
// its controller may not know of that yet, or this snapshot is older than what the controller says.
func (v *view) short(enough map[*Object]bool) []string {
	live := map[*Object]int{}
	for _, pod := range v.of("Pod") {
		if workload, newest := v.owner(pod); newest && v.awaits(workload) && !v.gone(pod) {
			live[workload]++
		}
	}
	var found []string
	for _, workload := range v.workloads() {
		if v.awaits(workload) && !enough[workload] && workload.Spec.UpdateStrategy.Type != "OnDelete" && live[workload] < workload.wanted() {
			found = append(found, workload.String())
		}
	}
	return found
}

// unstarted lists the containers of new pods of which nothing is known yet. The node has not taken the pod, and the workload may still count one
// that is gone. Those of which there is enough are left out.
func (v *view) unstarted(enough map[*Object]bool) []string {
	var found []string
	for _, pod := range v.of("Pod") {
		workload, newest := v.owner(pod)
		if !newest || !v.awaits(workload) || enough[workload] || guest(pod.Metadata.Labels) || v.gone(pod) {
			continue
		}
		for _, spec := range pod.Spec.Containers {
			if !slices.ContainsFunc(pod.Status.ContainerStatuses, func(s ContainerStatus) bool { return s.Name == spec.Name }) {
				found = append(found, subject(workload, spec.Name))
			}
		}
	}
	return found
}

// gone reports whether a pod was evicted, or has failed as a whole for another reason of its node's: its controller makes another one.
func (v *view) gone(pod *Object) bool {
	return v.evictedBy(pod) != "" || pod.Status.Phase == "Failed" && pod.Status.Reason != ""
}

// wanted is how many pods of its newest revision a workload is to have.
func (o *Object) wanted() int {
	switch {
	case o.Kind == "DaemonSet":
		return o.Status.DesiredNumberScheduled
	case o.Kind == "Pod":
		return 0
	case o.Spec.Replicas == nil:
		return 1
	}
	return *o.Spec.Replicas - o.Spec.UpdateStrategy.RollingUpdate.Partition
}

// awaits reports whether the pods of a workload must hold.
func (v *view) awaits(workload *Object) bool {
	if workload == nil || workload.Kind == "Job" || workload.hook() || !v.ours(workload) || guest(workload.Spec.Template.Metadata.Labels) {
		return false
	}
	return workload.Kind != "Pod" || v.charted(workload)
}

// lasts returns what a container is, and whether it is to go on running.
func (o *Object) lasts(name string) (spec Container, lasts bool) {
	for _, spec := range o.Spec.Containers {
		if spec.Name == name {
			return spec, true
		}
	}
	for _, spec := range o.Spec.InitContainers {
		if spec.Name == name {
			return spec, spec.RestartPolicy == "Always"
		}
	}
	return spec, false
}

// end returns how the container has ended, if it has since it had restarted so often, and whether its log is that of the
// container before.
func (c lasting) end(restarts int) (end *Terminated, previous bool) {
	state, last := c.status.State, c.status.LastState.Terminated
	switch {
	case state.Terminated != nil:
		return state.Terminated, false
	case state.Waiting != nil && last != nil, c.status.RestartCount > restarts && last != nil:
		return last, true
	case c.status.RestartCount > restarts: // the kubelet has forgotten how
		return &Terminated{ExitCode: -1, Reason: "Unknown"}, true
	}
	return nil, false
}

// TriedAgain stands, in what is waited for, between a container that has ended once and how it has.
const TriedAgain = ", tried again after it has ended with "

// triedAgain reports whether an end is the first of a container that is started again.
func (c lasting) triedAgain(end *Terminated) bool {
	switch {
	case max(c.status.RestartCount, endOf(c.pod, c.status).Number) > 1:
		return false
	case c.spec.RestartPolicy == "Always": // beside the others
		return true
	case c.pod.Spec.RestartPolicy == "OnFailure":
		return end.ExitCode != 0
	}
	return c.pod.Spec.RestartPolicy != "Never"
}

// mayEnd reports whether the pod is one that does its work and ends.
func (c lasting) mayEnd() bool {
	return c.workload == c.pod && (c.pod.Spec.RestartPolicy == "Never" || c.pod.Spec.RestartPolicy == "OnFailure")
}

// ended is the verdict on a container that has ended although it was to go on.
func (v *view) ended(c lasting, end *Terminated, previous bool) Verdict {
	verdict := Verdict{
		Name: "ended", Certainty: Proven, Subject: subject(c.workload, c.status.Name), Short: "has ended",
		Log:    &Log{Pod: c.pod.Metadata.Name, Container: c.status.Name, Previous: previous},
		Advice: v.command("logs " + c.pod.Metadata.Name + " --container " + c.status.Name + " --previous"),
	}
	verdict.Cause = "ended with " + end.code()
	v.explainEnd(&verdict, c.pod, c.spec, end)
	return verdict
}
