package diagnosis

import (
	"cmp"
	"slices"
)

// NewPod is how far a pod is that came with a change.
type NewPod struct {
	Name             string
	Scheduled, Ready bool
}

// NewPods are the pods of the newest revisions of the workloads that count which were not there before, by their names. A user's server is none.
func NewPods(s Snapshot, scope Scope) []NewPod {
	if scope.Server != "" {
		return nil
	}
	v := newView(s, scope)
	var pods []NewPod
	for _, pod := range v.of("Pod") {
		workload, newest := v.owner(pod)
		if newest && v.counts(workload) && v.before[pod.Metadata.UID] == nil && !guest(pod.Metadata.Labels) {
			pods = append(pods, NewPod{pod.Metadata.Name, pod.condition("PodScheduled").Status == "True", pod.condition("Ready").Status == "True"})
		}
	}
	slices.SortFunc(pods, func(a, b NewPod) int { return cmp.Compare(a.Name, b.Name) })
	return pods
}
