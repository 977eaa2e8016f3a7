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
