package diagnosis

import (
	"regexp"
	"strings"
)

// unscheduled judges a pod that has no node.
func (v *view) unscheduled(workload, pod *Object) []Verdict {
	message := pod.condition("PodScheduled").Message
	verdict := Verdict{
		Name: "unscheduled", Subject: workload.String(), Short: "waiting for a node", Cause: "no node has room for its pod: " + nodesSay(message),
		Evidence: []string{"pod " + pod.Metadata.Name + ": " + oneLine(message)},
		Advice:   v.command("describe pod " + pod.Metadata.Name),
	}
	if event := v.lastEvent(pod, "TriggeredScaleUp", "Nominated", "NotTriggerScaleUp"); event != nil && event.Reason != "NotTriggerScaleUp" {
		verdict.Name, verdict.Short = "scale-up", "waiting for a new node"
		verdict.Cause = "a node is being added for its pod: " + oneLine(event.Message)
		return []Verdict{verdict}
	} else if event != nil {
		verdict.Evidence = append(verdict.Evidence, "autoscaler: "+oneLine(event.Message))
		if neverFits(message) && !v.nodesPass(message) && !strings.Contains(event.Message, "backoff") && !strings.Contains(event.Message, "max node group size") {
			return []Verdict{v.unfit(verdict, message, Certain)}
		}
		return []Verdict{verdict}
	}
	switch {
	case message == "": // the scheduler has not come to it
		verdict.Cause = "its pod has no node yet"
	case claimPending.MatchString(message):
		verdict.Name, verdict.Short = "claim-pending", "waiting for a volume"
		verdict.Cause = "a claim of its pod is not bound yet"
	case neverFits(message) && v.nodesPass(message):
		verdict.Cause = "no node takes its pod as long as nodes are not ready, drained or ending: " + v.absent() + nodesSay(message)
	case neverFits(message) && (v.Autoscaled || v.Nodes == nil):
		return []Verdict{v.unfit(verdict, message, Scheduler)}
	case neverFits(message):
		return []Verdict{v.unfit(verdict, message, Certain)}
	}
	return []Verdict{verdict}
}

func (v *view) unfit(verdict Verdict, message string, certainty Certainty) Verdict {
	verdict.Name, verdict.Certainty, verdict.Short = "no-node-fits", certainty, "no node fits"
	verdict.Cause = "no node could ever take its pod: " + nodesSay(message)
	verdict.Advice = "change what the pod asks for (nodeSelector, tolerations, resources), or add nodes that have it; those that are there: " +
		v.Kubectl + " get nodes --show-labels"
	for _, word := range []string{"Insufficient", "taint", "selector"} {
		if strings.Contains(message, word) {
			verdict.Needles = append(verdict.Needles, map[string]string{"Insufficient": "resources", "taint": "tolerations", "selector": "nodeSelector"}[word])
		}
	}
	return verdict
}

var (
	claimPending = regexp.MustCompile(`unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]+" (not found|bound to non-existent)`)
	available    = regexp.MustCompile(`^0/(\d+) nodes are available: (.*?)\.? ?(?:no new claims to deallocate, )?(?:preemption: (.*))?$`)
	helpless     = regexp.MustCompile(`(\d+) Preemption is not helpful for scheduling`)
	passing      = regexp.MustCompile(`were unschedulable|node\.kubernetes\.io/(not-ready|unreachable|unschedulable|disk-pressure|memory-pressure|pid-pressure|network-unavailable)|ToBeDeleted|DeletionCandidate|cloudprovider\.kubernetes\.io/(uninitialized|shutdown)`)
)

// neverFits reports whether the scheduler says that no node there is could take the pod, not even an empty one:
// preemption helps on none of them (pkg/scheduler/framework/preemption in Kubernetes).
func neverFits(message string) bool {
	match := available.FindStringSubmatch(strings.TrimSpace(message))
	if match == nil || match[1] == "0" || claimPending.MatchString(message) {
		return false
	}
	hopeless := helpless.FindStringSubmatch(match[3])
	return hopeless != nil && hopeless[1] == match[1]
}

// nodesPass reports whether a node is out of service for now, and may be back: the scheduler says so, or the node has
// such a taint, which newer schedulers do not name.
func (v *view) nodesPass(message string) bool {
	if passing.MatchString(message) {
		return true
	}
	for _, node := range v.Nodes {
		for _, taint := range node.Spec.Taints {
			if passing.MatchString(taint.Key) {
				return true
			}
		}
	}
	return false
}

// nodesSay is the scheduler's message without what it says of preemption.
func nodesSay(message string) string {
	if match := available.FindStringSubmatch(strings.TrimSpace(message)); match != nil {
		return match[2]
	}
	return oneLine(message)
}
