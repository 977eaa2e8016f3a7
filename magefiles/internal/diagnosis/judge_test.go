package diagnosis

import (
	"strings"
	"testing"
)

const notFound = `Back-off pulling image "registry.example/hub:1": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image: registry.example/hub:1: not found`

func TestWhatIsCertainToFail(t *testing.T) {
	const container = "deployment/hub, container hub: "
	for name, test := range map[string]struct{ objects, want string }{
		"no such image": {
			newPod(waiting("ImagePullBackOff", notFound)),
			"fails image-not-found | " + container + "image registry.example/hub:1: there is no such image in the registry",
		},
		"no such image, told by an event alone": {
			newPod(waiting("ImagePullBackOff", `Back-off pulling image "registry.example/hub:1"`)) +
				event("hub-2-x", "Failed", `Failed to pull image "registry.example/hub:1": manifest unknown`),
			"fails image-not-found | " + container + "image registry.example/hub:1: there is no such image in the registry",
		},
		"not allowed to pull": {
			newPod(waiting("ErrImagePull", `failed to authorize: failed to fetch oauth token: 401 Unauthorized`)),
			"fails image-unauthorized | " + container + "image registry.example/hub:1: the registry does not let the cluster pull it, or has no such repository",
		},
		"a private repository of Docker Hub": {
			newPod(waiting("ErrImagePull", `pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`)),
			"fails image-unauthorized | " + container + "image registry.example/hub:1: the registry does not let the cluster pull it, or has no such repository",
		},
		"another platform": {
			newPod(waiting("ErrImagePull", `no match for platform in manifest: not found`)),
			"fails image-platform | " + container + "image registry.example/hub:1: the image is not built for this node's platform",
		},
		"no image name": {
			newPod(waiting("InvalidImageName", `couldn't parse image name "Hub:1": invalid reference format`)),
			"proven invalid-image-name | " + container + "image registry.example/hub:1: that is no valid name of an image",
		},
		"secret without the key": {
			newPod(waiting("CreateContainerConfigError", `couldn't find key client_id in Secret course/oauth`)),
			"fails missing-key | " + container + "cannot start: secret oauth has no key client_id",
		},
		"no secret": {
			newPod(waiting("CreateContainerConfigError", `secret "oauth" not found`)),
			"fails missing-secret | " + container + "cannot start: there is no secret oauth",
		},
		"no config map, for a volume": {
			newPod(waiting("ContainerCreating", "")) + event("hub-2-x", "FailedMount", `MountVolume.SetUp failed for volume "config" : configmap "hub" not found`),
			"fails missing-configmap | deployment/hub: cannot start: there is no configmap hub",
		},
		"crash loop": {
			newPod(`{phase: Running, containerStatuses: [{name: hub, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}`),
			"proven crash-loop | " + container + "crashes: 3 restarts, exit code 1",
		},
		"out of memory": {
			newPod(`{phase: Running, containerStatuses: [{name: hub, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}`),
			"proven out-of-memory | " + container + "is killed for want of memory; its limit is 512Mi",
		},
		"an init container": {
			podOf("hub-2-x", "ReplicaSet", "rs2", `{phase: Pending, initContainerStatuses: [{name: migrate, image: "m:1", restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 2}}}]}`),
			"proven crash-loop | deployment/hub, container migrate: crashes: 3 restarts, exit code 2",
		},
		"quota": {
			strings.Replace(replicaFailure, "MESSAGE", `pods "hub-2-x" is forbidden: exceeded quota: small, requested: memory=1Gi, used: memory=3Gi, limited: memory=3Gi`, 1),
			"fails quota | deployment/hub: its pods would exceed quota small: requested memory=1Gi, used memory=3Gi, of memory=3Gi",
		},
		"Pod Security": {
			strings.Replace(replicaFailure, "MESSAGE", `pods "hub-2-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false`, 1),
			"fails pod-security | deployment/hub: its pods are refused by the namespace's Pod Security level restricted:latest: allowPrivilegeEscalation != false",
		},
		"admission webhook": {
			strings.Replace(replicaFailure, "MESSAGE", `admission webhook "policy.example" denied the request: no owner`, 1),
			"fails admission | deployment/hub: its pods are refused by admission webhook policy.example: no owner",
		},
		"no service account": {
			strings.Replace(replicaFailure, "MESSAGE", `pods "hub-2-" is forbidden: error looking up service account course/hub: serviceaccount "hub" not found`, 1),
			"fails no-service-account | deployment/hub: its pods run as service account hub, which does not exist",
		},
		"a StatefulSet that may not make pods": {
			"kind: StatefulSet\nmetadata: {name: db, uid: s, generation: 1, annotations: {meta.helm.sh/release-name: course}}\nstatus: {observedGeneration: 1}\n---\n" +
				event("s", "FailedCreate", `create Pod db-0 in StatefulSet db failed error: pods "db-0" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1`),
			"fails quota | statefulset/db: its pods would exceed quota small: requested pods=1, used pods=1, of pods=1",
		},
		"storage class": {
			"kind: PersistentVolumeClaim\nmetadata: {name: hub-db-dir, uid: c, annotations: {meta.helm.sh/release-name: course}}\nstatus: {phase: Pending}\n---\n" +
				event("c", "ProvisioningFailed", `storageclass.storage.k8s.io "fast" not found`),
			"fails no-storage-class | claim hub-db-dir: names StorageClass fast, which does not exist",
		},
		"no node could ever": {
			newPod(unschedulable("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.")),
			"fails no-node-fits | deployment/hub: no node could ever take its pod: 2 node(s) didn't match Pod's node affinity/selector",
		},
		"hook": {
			`
kind: Job
metadata: {name: migrate, uid: j, annotations: {helm.sh/hook: pre-upgrade}}
status: {failed: 1, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]}
---
` + podOf("migrate-x", "Job", "j", `{phase: Failed, containerStatuses: [{name: hub, state: {terminated: {exitCode: 3, reason: Error}}}]}`),
			"fails job-failed | job/migrate: the hook (pre-upgrade) has failed: BackoffLimitExceeded: Job has reached the specified backoff limit",
		},
		"a StatefulSet behind a pod that crashes": {
			database(strings.Replace(newDatabase(backingOff(1, 1)), "controller-revision-hash: r", "controller-revision-hash: q", 1)),
			"fails blocked | statefulset/db: its pod db-0 is of an earlier revision and not ready, and Kubernetes replaces it only when it is",
		},
		"paused": {
			"kind: Deployment\nmetadata: {name: proxy, uid: p, generation: 3, annotations: {meta.helm.sh/release-name: course}}\nspec: {paused: true, replicas: 1}\nstatus: {observedGeneration: 3, replicas: 1, updatedReplicas: 0}",
			"fails paused | deployment/proxy: is paused: its newest version is not rolled out before it is resumed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			snapshot := Snapshot{Objects: objects(t, deployment+test.objects), Nodes: []*Object{}}
			if got := verdicts(Judge(snapshot, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

const replicaFailure = `
kind: ReplicaSet
metadata: {name: hub-2, uid: rs2, annotations: {deployment.kubernetes.io/revision: "2"}, ownerReferences: [{kind: Deployment, uid: d, controller: true}]}
status: {conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: 'MESSAGE'}]}
---
`

func unschedulable(message string) string {
	return `{phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "` + message + `"}]}`
}

const noNode = "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."

func TestWhatMayStillSucceed(t *testing.T) {
	for name, test := range map[string]struct {
		objects  string
		want     string
		snapshot Snapshot
	}{
		"an autoscaler adds a node": {
			objects: newPod(unschedulable(noNode)) + event("hub-2-x", "TriggeredScaleUp", "pod triggered scale-up: [{pool-1 1->2 (max: 5)}]"),
			want:    "waits scale-up | deployment/hub: a node is being added for its pod: pod triggered scale-up: [{pool-1 1->2 (max: 5)}]",
		},
		"an autoscaler has not spoken": {
			objects: newPod(unschedulable(noNode)), snapshot: Snapshot{Autoscaled: true},
			want: "scheduler no-node-fits | deployment/hub: no node could ever take its pod: 2 node(s) didn't match Pod's node affinity/selector",
		},
		"nodes are not ready": {
			objects:  newPod(unschedulable("0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")),
			snapshot: Snapshot{Nodes: []*Object{notReady}},
			want:     "waits unscheduled | deployment/hub: no node takes its pod as long as nodes are not ready, drained or ending: 1 node(s) had untolerated taint(s)",
		},
		"nodes are not ready, and say why": {
			objects:  newPod(unschedulable("0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.")),
			snapshot: Snapshot{Nodes: []*Object{nodeWith("node-0", "Unknown")}},
			want:     "waits unscheduled | deployment/hub: no node takes its pod as long as nodes are not ready, drained or ending: node node-0 is not ready (Kubelet stopped posting node status); 1 node(s) had untolerated taint(s)",
		},
		"nodes are full": {
			objects: newPod(unschedulable("0/2 nodes are available: 2 Insufficient memory. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.")),
			want:    "waits unscheduled | deployment/hub: no node has room for its pod: 2 Insufficient memory",
		},
		"pulling": {
			objects: newPod(waiting("ContainerCreating", "")) + event("hub-2-x", "Pulling", `Pulling image "registry.example/hub:1"`),
			want:    "waits pulling | deployment/hub, container hub: image registry.example/hub:1 is still being pulled",
		},
		"rate limit": {
			objects: newPod(waiting("ErrImagePull", "429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit")),
			want:    "network pull-rate-limit | deployment/hub, container hub: image registry.example/hub:1: the registry limits the rate of pulls",
		},
		"registry out of reach": {
			objects: newPod(waiting("ErrImagePull", "failed to do request: Head https://registry.example/v2/: dial tcp: lookup registry.example: no such host")),
			want:    "network pull-network | deployment/hub, container hub: image registry.example/hub:1: the registry cannot be reached",
		},
		"probe": {
			objects: newPod(`{phase: Running, containerStatuses: [{name: hub, ready: false, state: {running: {}}}]}`) +
				event("hub-2-x", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
			want: "waits not-ready | deployment/hub, container hub: runs, and does not pass its probe yet: Readiness probe failed: HTTP probe failed with statuscode: 503",
		},
		"volume": {
			objects: newPod(waiting("ContainerCreating", "")) + event("hub-2-x", "FailedAttachVolume", `Multi-Attach error for volume "pvc-1": already used by pod hub-1-x`),
			want:    `waits volume | deployment/hub: a volume is not attached yet: Multi-Attach error for volume "pvc-1": already used by pod hub-1-x`,
		},
		"two restarts": {
			objects: newPod(`{phase: Running, containerStatuses: [{name: hub, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}]}`),
			want:    "waits restarting | deployment/hub, container hub: ended with exit code 1, and is tried again (2 restarts so far)",
		},
		"quota that pods give back": {
			objects: strings.Replace(replicaFailure, "MESSAGE", `pods "hub-2-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1`, 1) +
				"kind: Pod\nmetadata: {name: hub-1-x, uid: old, deletionTimestamp: now}",
			want: "waits quota | deployment/hub: its pods would exceed quota small: requested pods=1, used pods=1, of pods=1",
		},
		"a node that is away": {
			objects: newPod(waiting("ContainerCreating", "")) + event("hub-2-x", "NodeNotReady", "Node is not ready"),
			want:    "waits node-not-ready | deployment/hub: its node  is not ready, and nothing is heard of its pod",
		},
		"webhook that is away": {
			objects: strings.Replace(replicaFailure, "MESSAGE", `Internal error occurred: failed calling webhook "policy.example": dial tcp: connection refused`, 1),
			want:    "network webhook | deployment/hub: admission webhook policy.example does not answer: dial tcp: connection refused",
		},
		"claim that waits for its pod": {
			objects: "kind: PersistentVolumeClaim\nmetadata: {name: db, uid: c}\nstatus: {phase: Pending}\n---\n" + event("c", "WaitForFirstConsumer", "waiting for first consumer to be created before binding"),
			want:    "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.snapshot.Objects = objects(t, deployment+test.objects)
			if got := verdicts(Judge(test.snapshot, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

var notReady = func() *Object {
	node := &Object{Kind: "Node"}
	node.Spec.Taints = append(node.Spec.Taints, struct {
		Key string `json:"key"`
	}{"node.kubernetes.io/not-ready"})
	return node
}()

// nodeWith is a node with such a condition Ready.
func nodeWith(name, ready string) *Object {
	node := &Object{Kind: "Node", Metadata: Metadata{Name: name}, Spec: notReady.Spec}
	node.Status.Conditions = []Condition{{Type: "Ready", Status: ready, Message: "Kubelet stopped posting node status."}}
	return node
}

const crashing = `{phase: Running, containerStatuses: [{name: hub, restartCount: 9, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}]}`

func TestOnlyWhatTheDeployMakesCanFailIt(t *testing.T) {
	for name, test := range map[string]struct{ before, objects, want string }{
		"a pod of the revision before": {objects: deployment + oldPod(crashing)},
		"a revision that the controller has not seen": {
			objects: strings.Replace(deployment, "generation: 2", "generation: 3", 1) + newPod(crashing),
		},
		"what was broken before, and helm has not come to": {
			before: deployment + newPod(waiting("ImagePullBackOff", notFound)), objects: deployment + newPod(waiting("ImagePullBackOff", notFound)),
		},
		"a user's server": {
			objects: deployment + "kind: Pod\nmetadata: {name: jupyter-ada, uid: u, labels: {component: singleuser-server}}\nstatus: " + crashing,
		},
		"a placeholder": {
			objects: "kind: StatefulSet\nmetadata: {name: user-placeholder, uid: s, generation: 1, annotations: {meta.helm.sh/release-name: course}}\n" +
				"spec: {template: {metadata: {labels: {component: user-placeholder}}}}\nstatus: {observedGeneration: 1, updateRevision: r}\n---\n" +
				podOf("user-placeholder-0", "StatefulSet", "s", unschedulable(noNode)),
		},
		"another's workload in the namespace": {
			objects: strings.Replace(deployment, "meta.helm.sh/release-name: course", "meta.helm.sh/release-name: grafana", 1) + newPod(crashing),
		},
		"a pod that somebody made by hand": {
			objects: "kind: Pod\nmetadata: {name: debug, uid: x}\nstatus: " + crashing,
		},
		"a hook that failed in an earlier deploy": {
			before: failedJob, objects: failedJob,
		},
		"a CronJob's job": {
			objects: strings.Replace(failedJob, "annotations: {helm.sh/hook: pre-upgrade}", "ownerReferences: [{kind: CronJob, uid: cj, controller: true}]", 1),
		},
		"a pod that is going": {
			objects: deployment + strings.Replace(newPod(crashing), "uid: hub-2-x", "uid: hub-2-x, deletionTimestamp: now", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			scope := scope
			if test.before != "" {
				scope.Before = &Snapshot{Objects: objects(t, test.before)}
			}
			if got := verdicts(Judge(Snapshot{Objects: objects(t, test.objects), Nodes: []*Object{}}, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

const failedJob = `
kind: Job
metadata: {name: migrate, uid: j, annotations: {helm.sh/hook: pre-upgrade}}
status: {failed: 1, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: limit}]}
---
`

func TestPodsOfOneWorkloadAreOneTrouble(t *testing.T) {
	two := newPod(waiting("ImagePullBackOff", notFound)) + strings.ReplaceAll(newPod(waiting("ErrImagePull", notFound)), "hub-2-x", "hub-2-y")
	if got := Judge(Snapshot{Objects: objects(t, deployment+two)}, scope); len(got) != 1 {
		t.Errorf("got %s", verdicts(got))
	}
}

func TestOnlyPodsThatUseUpTheirOwnStorageAreEvictedForGood(t *testing.T) {
	const own, nodes = "Pod ephemeral local storage usage exceeds the total limit of containers 8Mi. ", "The node was low on resource: ephemeral-storage. "
	evicted := func(name, message string) string {
		return podOf(name, "ReplicaSet", "rs2", `{phase: Failed, reason: Evicted, message: "`+message+`"}`)
	}
	for name, test := range map[string]struct{ before, objects, want string }{
		"once":          {objects: evicted("a", own), want: "waits evicted | deployment/hub: its pod was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 8Mi."},
		"twice":         {objects: evicted("a", own) + evicted("b", own), want: "proven evicted | deployment/hub: its pod was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 8Mi."},
		"by the node":   {objects: evicted("a", nodes) + evicted("b", nodes), want: "waits evicted | deployment/hub: its pod was evicted: The node was low on resource: ephemeral-storage."},
		"long ago":      {before: evicted("a", own) + evicted("b", own), objects: evicted("a", own) + evicted("b", own)},
		"once long ago": {before: evicted("a", own), objects: evicted("a", own) + evicted("b", own), want: "waits evicted | deployment/hub: its pod was evicted: Pod ephemeral local storage usage exceeds the total limit of containers 8Mi."},
	} {
		t.Run(name, func(t *testing.T) {
			scope := scope
			scope.Before = &Snapshot{Objects: objects(t, test.before)}
			if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+test.objects)}, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
