package diagnosis

import (
	"slices"
	"strings"
)

// usernameLabel is what a hub labels the pod and the claim of a user's server with: kubespawner's spawner.py.
const usernameLabel = "hub.jupyter.org/username"

// ServerSelector is the label selector of what a hub makes for a user whose name is a label's value as it stands.
func ServerSelector(user string) string { return usernameLabel + "=" + user }

// server judges what a snapshot of a user's server holds. The hub tries it once: one that has ended is not started again.
func (v *view) server() []Verdict {
	all := v.claims()
	for _, pod := range v.of("Pod") {
		if pod.Status.Phase != "Failed" && pod.Status.Phase != "Succeeded" {
			all = append(all, v.pod(pod, pod)...)
		}
		for _, status := range pod.Status.ContainerStatuses {
			if spec, lasts := pod.lasts(status.Name); lasts && status.State.Terminated != nil {
				all = append(all, v.ended(lasting{pod, pod, spec, status}, status.State.Terminated, false))
			}
		}
	}
	return sorted(all)
}

// Stage is how far a user's server has come.
type Stage int

// The stages, in their order.
const (
	Asked     Stage = iota // no node has its pod
	Scheduled              // a node pulls its image
	Pulled                 // its container starts, or runs
)

// ServerStage is how far the server of a user is, by his pod and what is said of it.
func ServerStage(s Snapshot, scope Scope) Stage {
	v, stage := newView(s, scope), Asked
	for _, pod := range v.of("Pod") {
		if pod.condition("PodScheduled").Status == "True" {
			stage = max(stage, Scheduled)
		}
		begun := slices.ContainsFunc(pod.Status.ContainerStatuses, func(c ContainerStatus) bool {
			return c.State.Running != nil || c.State.Terminated != nil || c.LastState.Terminated != nil
		})
		pulled := slices.ContainsFunc(v.events[pod.Metadata.UID], func(event *Object) bool {
			return event.Reason == "Pulled" && strings.HasPrefix(event.InvolvedObject.FieldPath, "spec.containers{")
		})
		if begun || pulled {
			stage = Pulled
		}
	}
	return stage
}

// serverProgress is how far a user's server is, on one line.
func serverProgress(verdicts []Verdict) string {
	parts := []string{}
	for _, verdict := range verdicts {
		if !slices.Contains(parts, verdict.Short) {
			parts = append(parts, verdict.Short)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "a user's server: " + strings.Join(parts, "; ")
}
