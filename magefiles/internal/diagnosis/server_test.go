package diagnosis

import (
	"strings"
	"testing"
)

// serverPod is the pod of a user's server.
func serverPod(status string) string {
	return `
kind: Pod
metadata: {name: jupyter-ann, uid: p, labels: {component: singleuser-server, hub.jupyter.org/username: ann}}
spec: {containers: [{name: notebook, image: "registry.example/user:1", resources: {limits: {memory: 256Mi}}}]}
status: ` + status + `
---
`
}

const hasNode = `conditions: [{type: PodScheduled, status: "True"}]`

func TestAUsersServerIsJudgedAsAHubIs(t *testing.T) {
	const container = "pod/jupyter-ann, container notebook: "
	for name, test := range map[string]struct {
		objects, want string
		stage         Stage
	}{
		"nothing yet": {"", "", Asked},
		"a node that is added": {
			serverPod(`{phase: Pending, conditions: [{type: PodScheduled, status: "False", message: "0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."}]}`) +
				event("p", "TriggeredScaleUp", "pod triggered scale-up: [{pool 1->2 (max: 3)}]"),
			"waits scale-up | pod/jupyter-ann: a node is being added for its pod: pod triggered scale-up: [{pool 1->2 (max: 3)}]", Asked,
		},
		"an image that is pulled": {
			serverPod(`{phase: Pending, `+hasNode+`, containerStatuses: [{name: notebook, state: {waiting: {reason: ContainerCreating}}}]}`) +
				event("p", "Pulling", `Pulling image "registry.example/user:1"`),
			"waits pulling | " + container + "image registry.example/user:1 is still being pulled", Scheduled,
		},
		"an image that is not there": {
			serverPod(`{phase: Pending, ` + hasNode + `, containerStatuses: [{name: notebook, state: {waiting: {reason: ImagePullBackOff, message: "manifest unknown"}}}]}`),
			"fails image-not-found | " + container + "image registry.example/user:1: there is no such image in the registry", Scheduled,
		},
		"one that ends": {
			serverPod(`{phase: Failed, ` + hasNode + `, containerStatuses: [{name: notebook, state: {terminated: {exitCode: 1, reason: Error}}}]}`),
			"proven ended | " + container + "ended with exit code 1", Pulled,
		},
		"one that is killed for want of memory": {
			serverPod(`{phase: Running, ` + hasNode + `, containerStatuses: [{name: notebook, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]}`),
			"proven out-of-memory | " + container + "is killed for want of memory; its limit is 256Mi", Pulled,
		},
		"one that runs": {
			serverPod(`{phase: Running, ` + hasNode + `, containerStatuses: [{name: notebook, ready: true, state: {running: {}}}]}`), "", Pulled,
		},
		"a claim without a class": {
			strings.Replace(serverPod(`{phase: Pending}`), "spec: {", "spec: {volumes: [{persistentVolumeClaim: {claimName: claim-ann}}], ", 1) + `
kind: PersistentVolumeClaim
metadata: {name: claim-ann, uid: c, labels: {component: singleuser-storage, hub.jupyter.org/username: ann}}
status: {phase: Pending}
---
` + event("c", "ProvisioningFailed", `storageclass.storage.k8s.io "fast" not found`),
			"fails no-storage-class | claim claim-ann: names StorageClass fast, which does not exist", Asked,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			snapshot, scope := Snapshot{Objects: objects(t, test.objects), Autoscaled: true}, scope
			scope.Server, scope.Applied = "ann", true
			if got := verdicts(Judge(snapshot, scope)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if got := ServerStage(snapshot, scope); got != test.stage {
				t.Errorf("stage %d, want %d", got, test.stage)
			}
			scope.Server = ""
			if got := verdicts(Judge(snapshot, scope)); got != "" {
				t.Errorf("a deploy fails for it: %s", got)
			}
		})
	}
}
