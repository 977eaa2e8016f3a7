package diagnosis

import (
	"cmp"
	"regexp"
)

// ownLimit matches what a kubelet says of a pod that it ends because the pod used more than it may have itself; all else that it says is about what
// others use, too.
var ownLimit = regexp.MustCompile(`exceeds the (total )?limit|exceeded its local ephemeral storage limit`)

// evicted judges a pod that its node has ended. Its controller makes another one. That one does no better if the pod has used up what it may have:
// once may be chance, twice is not. What was evicted before the deploy proves nothing.
func (v *view) evicted(workload, pod *Object) []Verdict {
	if v.Before == nil || v.before[pod.Metadata.UID] != nil {
		return nil
	}
	said := oneLine(v.evictedBy(pod))
	verdict := Verdict{
		Name: "evicted", Subject: workload.String(), Short: "evicted", Cause: "its pod was evicted: " + said,
		Evidence: []string{"pod " + pod.Metadata.Name + ": " + said}, Advice: v.command("describe pod " + pod.Metadata.Name),
	}
	same := 0
	for _, other := range v.of("Pod") {
		owner, newest := v.owner(other)
		if newest && owner == workload && v.before[other.Metadata.UID] == nil && ownLimit.MatchString(v.evictedBy(other)) {
			same++
		}
	}
	if same > 1 && ownLimit.MatchString(said) {
		verdict.Certainty, verdict.Needles = Proven, []string{"ephemeral-storage", "sizeLimit"}
		verdict.Advice = "raise the limit of storage in the values, or write less outside of volumes, then deploy again"
	}
	if verdict.Certainty == Waits && Complete(workload) {
		return nil // the one in its place is ready
	}
	return []Verdict{verdict}
}

// evictedBy returns why a pod was evicted, in the words of its kubelet, "" if it was not. The event comes before the end of the containers, and the pod's
// status after it.
func (v *view) evictedBy(pod *Object) string {
	if pod.Status.Phase == "Failed" && pod.Status.Reason == "Evicted" {
		return cmp.Or(pod.Status.Message, pod.Status.Reason)
	}
	if event := v.lastEvent(pod, "Evicted"); event != nil {
		return event.Message
	}
	return ""
}

// unheard reports whether nothing is heard of a pod, because its node does not report any more.
func (v *view) unheard(pod *Object) bool {
	last := v.lastEvent(pod, "NodeNotReady", "Scheduled", "Pulling", "Pulled", "Created", "Started", "Failed", "BackOff")
	return last != nil && last.Reason == "NodeNotReady" && pod.condition("Ready").Status != "True"
}

// awayNode judges a pod whose node does not report.
func (v *view) awayNode(workload, pod *Object) Verdict {
	return Verdict{
		Name: "node-not-ready", Subject: workload.String(), Short: "its node is not ready",
		Cause:  "its node " + pod.Spec.NodeName + " is not ready: nothing is heard of its pod",
		Advice: v.Kubectl + " describe node " + pod.Spec.NodeName,
	}
}
