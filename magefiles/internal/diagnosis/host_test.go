package diagnosis

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// hosted is a pod that a node has.
func hosted(pod string) string {
	return strings.ReplaceAll(pod, "spec: {", "spec: {nodeName: node-0, ")
}

func TestAPodWhoseNodeDoesNotReportWaitsForIt(t *testing.T) {
	const (
		unheard  = ", and nothing is heard of its pod"
		notReady = "waits node-not-ready | deployment/hub: its node node-0 is not ready" + unheard + ": Kubelet stopped posting node status"
	)
	away, ready := Host{Node: nodeWith("node-0", "Unknown")}, Host{Node: nodeWith("node-0", "True")}
	silentFor := func(d time.Duration) Host { return Host{Node: ready.Node, Silent: d} }
	never, bound := newPod(waiting("ContainerCreating", "")), newPod(`{phase: Pending, conditions: [{type: PodScheduled, status: "True"}]}`)
	scheduled := event("hub-2-x", "Scheduled", "Successfully assigned")
	leaving := strings.Replace(oldPod(started(1)), "uid: hub-1-x", "uid: hub-1-x, deletionTimestamp: now", 1)
	for name, test := range map[string]struct {
		objects string
		host    Host
		want    string
	}{
		"it was never ready, and the node is not":          {never, away, notReady},
		"its kubelet has not even taken it":                {bound + scheduled, away, notReady},
		"the lease is not renewed, and it is called ready": {bound + scheduled, silentFor(20 * time.Second), "waits node-not-ready | deployment/hub: its node node-0 has not reported for 20s" + unheard},
		"the lease is renewed every ten seconds":           {bound + scheduled, silentFor(10 * time.Second), ""},
		"the lease is renewed every half a minute":         {bound + scheduled, Host{Node: ready.Node, Silent: 20 * time.Second, Lasts: 2 * time.Minute}, ""},
		"a lease of two minutes is not renewed":            {bound + scheduled, Host{Node: ready.Node, Silent: 50 * time.Second, Lasts: 2 * time.Minute}, "waits node-not-ready | deployment/hub: its node node-0 has not reported for 50s" + unheard},
		"the node is back":                                 {never + event("hub-2-x", "NodeNotReady", "Node is not ready"), ready, "waits starting | deployment/hub, container hub: is being started"},
		"the node may not be looked at":                    {never + event("hub-2-x", "NodeNotReady", "Node is not ready"), Host{}, "waits node-not-ready | deployment/hub: its node node-0 is not ready" + unheard},
		"only its silence is known":                        {never, Host{Silent: time.Minute}, "waits node-not-ready | deployment/hub: its node node-0 has not reported for 1m0s" + unheard},
		"the node was removed":                             {never, Host{Gone: true}, "waits node-not-ready | deployment/hub: its node node-0 is not in the cluster any more"},
		"its node is well":                                 {never, ready, "waits starting | deployment/hub, container hub: is being started"},
		"what it says of a crash is old":                   {newPod(crashing), away, notReady},
		"its node is late, and it crashes":                 {newPod(crashing), silentFor(time.Minute), "proven crash-loop | deployment/hub, container hub: crashes: 9 restarts, exit code 1"},
		"the pod before it cannot end":                     {leaving, away, notReady + "; pod hub-1-x is to end, and cannot before that"},
		"the pod before it is just ending":                 {leaving, ready, ""},
	} {
		t.Run(name, func(t *testing.T) {
			snapshot := Snapshot{Objects: objects(t, hosted(deployment+test.objects)), Hosts: map[string]Host{"node-0": test.host}}
			if got := verdicts(Judge(snapshot, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNodesAreLookedAtWhereTheyMatter(t *testing.T) {
	all := objects(t, hosted(newPod(waiting("ContainerCreating", ""))+strings.ReplaceAll(newPod(started(1)), "hub-2-x", "well")))
	for i, name := range []string{"f", "e", "d", "c", "b", "a"} {
		pod := *all[0]
		pod.Spec.NodeName = name
		if i == 0 {
			pod.Status.Phase = "Succeeded"
		}
		all = append(all, &pod)
	}
	if got := Hosted(all); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) {
		t.Errorf("got %q", got)
	}
	if got := Hosted(all[1:2]); len(got) != 0 {
		t.Errorf("a pod that is ready: %q", got)
	}
}

func TestWhatIsNotOnTheNodeIsCertain(t *testing.T) {
	const want = "fails no-host-path | deployment/hub: cannot start: on its node node-0 /srv/none is not a directory"
	for _, said := range []string{
		`MountVolume.SetUp failed for volume "a" : hostPath type check failed: /srv/none is not a directory`,
		`MountVolume.SetUp failed for volume "a" : hostPath type check failed, /srv/none is not a directory, unable to determine its type: path "/srv/none" does not exist`,
	} {
		pod := hosted(newPod(waiting("ContainerCreating", ""))) + event("hub-2-x", "FailedMount", said)
		if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+pod)}, scope)); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}
