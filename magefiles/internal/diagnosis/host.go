package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Host is what is known of a node that pods of a hub are on.
type Host struct {
	Gone   bool          // it is not in the cluster any more
	Node   *Object       // nil: it is gone, or may not be looked at
	Silent time.Duration // for how long its kubelet was seen not to renew its lease
	Lasts  time.Duration // how long a lease of its kubelet holds; 0 if that is not known
}

// Lease is what is known of the lease of a kubelet.
type Lease struct {
	Renewed string        // when it was renewed last, as it is written there; "" if that is not known
	Lasts   time.Duration // how long it holds; 0 if that is not known
}

// usual is how long a lease holds if nobody sets nodeLeaseDurationSeconds of the kubelet.
const usual = 40 * time.Second

// late reports whether its kubelet has missed a renewal and half of another: it renews four times while a lease holds. The cluster itself calls the
// node ready for as long as a lease holds.
func (h Host) late() bool { return h.Silent >= cmp.Or(h.Lasts, usual)*3/8 }

// Hosted lists the nodes that a verdict may depend on, by name: of pods that are not ready or are to end, and of no more than a few.
func Hosted(objects []*Object) []string {
	const most = 5
	var names []string
	for _, o := range objects {
		ended := o.Status.Phase == "Succeeded" || o.Status.Phase == "Failed"
		waits := o.Metadata.DeletionTimestamp != "" || o.condition("Ready").Status != "True"
		if o.Kind == "Pod" && o.Spec.NodeName != "" && waits && !ended {
			names = append(names, o.Spec.NodeName)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(most, len(names))]
}

// away says why nothing is heard of a pod: its node does not report. It is "" where that is not so. A node that the cluster calls not ready marks the pods on
// it with an event, but for those that have never been ready: of these the node itself tells.
func (v *view) away(pod *Object) string {
	const notReady = " is not ready, and nothing is heard of its pod"
	name := "its node " + pod.Spec.NodeName
	host, known := v.Hosts[pod.Spec.NodeName]
	switch {
	case known && host.Gone:
		return name + " is not in the cluster any more"
	case known && host.Node != nil && host.Node.condition("Ready").Status != "True":
		return name + notReady + ": " + strings.TrimSuffix(oneLine(cmp.Or(host.Node.condition("Ready").Message, "it has not reported yet")), ".")
	case known && host.Node != nil:
		return ""
	}
	last := v.lastEvent(pod, "NodeNotReady", "Scheduled", "Pulling", "Pulled", "Created", "Started", "Failed", "BackOff")
	if last != nil && last.Reason == "NodeNotReady" && pod.condition("Ready").Status != "True" {
		return name + notReady
	}
	return ""
}

// late says that a node has not reported for a while which the cluster still calls ready; "" where that is not so. It may only be busy: what its
// pods are proven to fail of counts for more.
func (v *view) late(pod *Object) string {
	host := v.Hosts[pod.Spec.NodeName]
	if !host.late() {
		return ""
	}
	return fmt.Sprintf("its node %s has not reported for %s, and nothing is heard of its pod", pod.Spec.NodeName, host.Silent.Round(time.Second))
}

// awayNode judges a pod whose node does not report: it may come back.
func (v *view) awayNode(workload, pod *Object, cause string) Verdict {
	return Verdict{
		Name: "node-not-ready", Subject: workload.String(), Short: "node " + pod.Spec.NodeName + " does not report", Cause: cause,
		Evidence: []string{"pod " + pod.Metadata.Name + " is on node " + pod.Spec.NodeName},
		Advice:   "it is waited for; what is wrong with it: " + v.Kubectl + " describe node " + pod.Spec.NodeName,
	}
}

// held judges a workload whose old pod cannot end, because its node does not report. With the strategy Recreate, with a StatefulSet, and with a claim that
// one node can have, the new pod comes only after it.
func (v *view) held(workload *Object) []Verdict {
	if !v.counts(workload) || Complete(workload) {
		return nil
	}
	for _, pod := range v.Objects {
		if pod.Kind != "Pod" || pod.Metadata.DeletionTimestamp == "" || pod.Spec.NodeName == "" {
			continue
		}
		if owner, _ := v.owner(pod); owner != workload {
			continue
		}
		if why := cmp.Or(v.away(pod), v.late(pod)); why != "" {
			return []Verdict{v.awayNode(workload, pod, why+"; pod "+pod.Metadata.Name+" is to end, and cannot before that")}
		}
	}
	return nil
}

// absent tells which nodes are not ready, in words that stand before other ones; "" if none is known to be.
func (v *view) absent() string {
	const most = 3
	var found []string
	for _, node := range v.Nodes {
		if ready := node.condition("Ready"); ready.Status != "" && ready.Status != "True" {
			found = append(found, fmt.Sprintf("node %s is not ready (%s)", node.Metadata.Name, strings.TrimSuffix(oneLine(ready.Message), ".")))
		}
	}
	slices.Sort(found)
	text := ""
	for i, one := range found {
		if i == most {
			return text + fmt.Sprintf("%d more are not; ", len(found)-most)
		}
		text += one + "; "
	}
	return text
}
