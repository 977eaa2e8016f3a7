package diagnosis

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// onset is the moment of the first look; times in these tests are seconds after it.
var onset = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func stamp(second int) string {
	return onset.Add(time.Duration(second) * time.Second).Format(time.RFC3339)
}

// running is a pod's status with one container that was started at a second, and has been restarted so often.
func running(second, restarts int) string {
	return fmt.Sprintf(`{phase: Running, conditions: [{type: Ready, status: "True", lastTransitionTime: "%[1]s"}], containerStatuses: [{name: hub, ready: true, restartCount: %[2]d, state: {running: {startedAt: "%[1]s"}}LAST}]}`, stamp(second), restarts)
}

// again is running, after an end.
func again(second, restarts, code int) string {
	return strings.Replace(running(second, restarts), "LAST", fmt.Sprintf(", lastState: {terminated: {exitCode: %d}}", code), 1)
}

func started(second int) string { return strings.Replace(running(second, 0), "LAST", "", 1) }

func endedWith(code int, reason string) string {
	return fmt.Sprintf(`{phase: Running, containerStatuses: [{name: hub, restartCount: 0, state: {terminated: {exitCode: %d, reason: %s}}}]}`, code, reason)
}

// second makes an end the second one.
func second(status string) string {
	return strings.Replace(status, "restartCount: 0", "restartCount: 1", 1)
}

// killed is what a kubelet says of a container that fails a probe.
func killed(probe string) string {
	return event("hub-2-x", "Killing", "Container hub failed "+probe+" probe, will be restarted")
}

func backingOff(restarts, code int) string {
	return fmt.Sprintf(`{phase: Running, containerStatuses: [{name: hub, restartCount: %d, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: %d, reason: Error}}}]}`, restarts, code)
}

// notReadyYet is a container that was started at second 1.
var notReadyYet = strings.Replace(started(1), "ready: true", "ready: false", 1)

// rolledOut is the Deployment when its newest revision is all there is.
var rolledOut = strings.Replace(deployment, "replicas: 2, updatedReplicas: 1", "replicas: 1, updatedReplicas: 1", 1)

// probed gives the container a readiness probe.
func probed(pod string) string {
	return strings.Replace(pod, "{name: hub, image: ", "{name: hub, readinessProbe: {}, image: ", 1)
}

func TestANewPodCountsWhenItHasHeld(t *testing.T) {
	const (
		held     = "held"
		waits    = "waits for deployment/hub, container hub"
		waitsToo = "waits for daemonset/puller" + ", daemonset/puller, container hub"
		again3   = waits + ", tried again after it has ended with exit code 3"
	)
	type look struct {
		second int    // after the first look
		pods   string // what there is then, beside the Deployment
		want   string // of Judge; "": helm still waits, and only See is called
	}
	for name, looks := range map[string][]look{
		"ten seconds from its start": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {5, newPod(started(1)), waits}, {10, newPod(started(1)), waits}, {11, newPod(started(1)), held},
		},
		"the time that helm waits counts": {
			{0, "", ""}, {1, newPod(started(1)), ""}, {12, newPod(started(1)), held},
		},
		"three seconds from being ready": {
			{0, "", ""}, {1, probed(newPod(notReadyYet)), waits}, {20, probed(newPod(started(1))), waits}, {22, probed(newPod(started(1))), waits}, {23, probed(newPod(started(1))), held},
		},
		"not ready in between": {
			{0, "", ""}, {1, probed(newPod(started(1))), waits}, {3, probed(newPod(notReadyYet)), waits}, {4, probed(newPod(started(1))), waits}, {10, probed(newPod(started(1))), waits}, {11, probed(newPod(started(1))), held},
		},
		"not ready in between, late": {
			{0, "", ""}, {1, probed(newPod(started(1))), waits}, {9, probed(newPod(notReadyYet)), waits}, {10, probed(newPod(started(1))), waits}, {12, probed(newPod(started(1))), waits}, {13, probed(newPod(started(1))), held},
		},
		"ready at once, and from its start still too young": {
			{0, "", ""}, {1, probed(newPod(started(1))), waits}, {5, probed(newPod(started(1))), waits}, {10, probed(newPod(started(1))), waits}, {11, probed(newPod(started(1))), held},
		},
		"not started up yet, without a readiness probe": {
			{0, "", ""}, {1, newPod(notReadyYet), waits}, {15, newPod(notReadyYet), waits}, {16, newPod(started(1)), held},
		},
		"ends at once, twice": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{2, newPod(endedWith(3, "Error")), again3},
			{3, newPod(again(3, 1, 3)), again3},
			{4, newPod(second(endedWith(3, "Error"))), "ended | deployment/hub, container hub: ended with exit code 3"},
		},
		"ends once, and holds then": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {2, newPod(endedWith(3, "Error")), again3}, {3, newPod(again(3, 1, 3)), again3}, {12, newPod(again(3, 1, 3)), again3}, {13, newPod(again(3, 1, 3)), held},
		},
		"ends once, late, and holds then": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {10, newPod(again(10, 1, 3)), again3}, {19, newPod(again(10, 1, 3)), again3}, {20, newPod(again(10, 1, 3)), held},
		},
		"had ended when the wait began": {
			{0, "", ""}, {1, newPod(started(1)), ""}, {2, newPod(second(endedWith(3, "Error"))), "ended | deployment/hub, container hub: ended with exit code 3"},
		},
		"waits to be started again": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {4, newPod(backingOff(1, 1)), "ended | deployment/hub, container hub: ended with exit code 1"},
		},
		"was started again between two looks": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {8, newPod(again(7, 1, 139)), waits + ", tried again after it has ended with exit code 139 (SIGSEGV)"}, {18, newPod(again(7, 1, 139)), held},
		},
		"was started again twice, and nobody knows how it ended": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {8, newPod(strings.Replace(running(7, 2), "LAST", "", 1)), "ended | deployment/hub, container hub: ended with an exit code that the kubelet has forgotten"},
		},
		"ends with 0": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {2, newPod(second(endedWith(0, "Completed"))), "ended | deployment/hub, container hub: ended with exit code 0: its main process must go on running"},
		},
		"out of memory": {
			{0, "", ""}, {1, newPod(started(1)), waits}, {2, newPod(second(endedWith(137, "OOMKilled"))), "out-of-memory | deployment/hub, container hub: is killed for want of memory; its limit is 512Mi"},
		},
		"liveness probe": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{
				2, newPod(second(endedWith(137, "Error"))) + event("hub-2-x", "Unhealthy", "Liveness probe failed: 503") + killed("liveness"),
				"liveness-probe | deployment/hub, container hub: is killed because it fails its liveness probe: Liveness probe failed: 503",
			},
		},
		"startup probe": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{
				2, newPod(second(endedWith(0, "Completed"))) + event("hub-2-x", "Unhealthy", "Startup probe failed: 503") + killed("startup"),
				"startup-probe | deployment/hub, container hub: is killed because it fails its startup probe: Startup probe failed: 503",
			},
		},
		"a probe that has failed, and an end of its own": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{2, newPod(second(endedWith(1, "Error"))) + event("hub-2-x", "Unhealthy", "Liveness probe failed: 503"), "ended | deployment/hub, container hub: ended with exit code 1"},
		},
		"a container beside it is killed by its probe": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{2, newPod(second(endedWith(1, "Error"))) + strings.Replace(killed("liveness"), "{uid: hub-2-x}", `{uid: hub-2-x, fieldPath: "spec.containers{agent}"}`, 1), "ended | deployment/hub, container hub: ended with exit code 1"},
		},
		"postStart hook": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{2, newPod(second(endedWith(0, "Completed"))) + event("hub-2-x", "FailedPostStartHook", "PostStartHook failed"), "post-start-hook | deployment/hub, container hub: is killed because its postStart hook fails"},
		},
		"a first crash that helm has waited out is forgiven": {
			{0, "", ""}, {1, newPod(endedWith(1, "Error")), ""}, {2, newPod(again(2, 1, 1)), waits}, {11, newPod(again(2, 1, 1)), waits}, {12, newPod(again(2, 1, 1)), held},
		},
		"and a second one is not": {
			{0, "", ""}, {1, newPod(endedWith(1, "Error")), ""}, {2, newPod(again(2, 1, 1)), waits}, {8, newPod(backingOff(1, 1)), "ended | deployment/hub, container hub: ended with exit code 1"},
		},
		"a pod that did not change is not waited for": {
			{0, newPod(started(-3600)), ""}, {1, newPod(started(-3600)), held},
		},
		"nor does it fail a deploy that left it as it was": {
			{0, newPod(started(-3600)), ""}, {1, newPod(endedWith(1, "Error")), held},
		},
		"a pod that had not held before is waited for": {
			{0, newPod(started(-4)), ""}, {1, newPod(started(-4)), waits}, {2, newPod(second(endedWith(1, "Error"))), "ended | deployment/hub, container hub: ended with exit code 1"},
		},
		"nor is a pod of another revision": {
			{0, stands + oldPod(started(-4)), ""}, {1, stands + oldPod(endedWith(1, "Error")), held},
		},
		"a user's server": {
			{0, "", ""}, {1, strings.Replace(newPod(endedWith(1, "Error")), "component: hub", "component: singleuser-server", 1), held},
		},
		"a pod that is going": {
			{0, stands, ""}, {1, stands + strings.Replace(newPod(endedWith(1, "Error")), "uid: hub-2-x", "uid: hub-2-x, deletionTimestamp: now", 1), held},
		},
		"a pod that was evicted, and the one in its place": {
			{0, "", ""},
			{1, newPod(started(1)), waits},
			{2, newPod(endedWith(0, "Completed")) + event("hub-2-x", "Evicted", "The node was low on resource: memory."), "waits for deployment/hub"},
			{3, newPod(`{phase: Failed, reason: Evicted, containerStatuses: [{name: hub, state: {terminated: {exitCode: 0}}}]}`), "waits for deployment/hub"},
			{4, newPod(`{phase: Failed, reason: Evicted, containerStatuses: [{name: hub, state: {terminated: {exitCode: 137}}}]}`) + strings.ReplaceAll(newPod(`{phase: Pending}`), "hub-2-x", "hub-2-y"), waits},
			{4, newPod(`{phase: Failed, reason: Evicted, containerStatuses: [{name: hub, state: {terminated: {exitCode: 137}}}]}`) + strings.ReplaceAll(newPod(started(3)), "hub-2-x", "hub-2-y"), waits},
			{15, strings.ReplaceAll(newPod(started(3)), "hub-2-x", "hub-2-y"), held},
		},
		"a Job ends": {
			{0, stands, ""}, {1, stands + releasedJob + podOf("seed-x", "Job", "seed", endedWith(0, "Completed")), held},
		},
		"and a Job's failure is the Job's": {
			{0, stands, ""}, {1, stands + releasedJob + podOf("seed-x", "Job", "seed", endedWith(1, "Error")), held},
		},
		"an init container ends, one beside the others does not": {
			{0, "", ""},
			{1, besides(`{name: prepare, ready: true, state: {terminated: {exitCode: 0}}}, {name: agent, ready: true, state: {running: {}}}`), "waits for deployment/hub, container agent, deployment/hub, container hub"},
			{2, besides(`{name: prepare, ready: true, state: {terminated: {exitCode: 0}}}, {name: agent, ready: false, restartCount: 1, state: {terminated: {exitCode: 2}}}`), "ended | deployment/hub, container agent: ended with exit code 2"},
		},
		"a pod of its own that does its work and ends": {
			{0, stands, ""}, {1, stands + alone("Never", endedWith(0, "Completed")), held},
		},
		"and one that does not": {
			{0, "", ""}, {1, alone("Never", endedWith(4, "Error")), "ended | pod/check, container hub: ended with exit code 4"},
		},
		"and one that is to go on": {
			{0, "", ""}, {1, alone("Always", second(endedWith(0, "Completed"))), "ended | pod/check, container hub: ended with exit code 0: its main process must go on running"},
		},
		"a workload that has lost a pod": {
			{0, stands, ""}, {1, stands + "kind: StatefulSet\nmetadata: {name: db, uid: s, annotations: {meta.helm.sh/release-name: course}}\nspec: {replicas: 2}\nstatus: {readyReplicas: 1, currentRevision: r, updateRevision: r}\n---\n", "waits for statefulset/db"},
		},
		"a pod that this snapshot does not have yet": {
			{0, oldPod(started(-3600)), ""}, {1, oldPod(started(-3600)), "waits for deployment/hub"}, {2, newPod(started(1)), waits}, {12, newPod(started(1)), held},
		},
		"one of a DaemonSet that may be missing, and the others are slow": {
			{0, stands, ""},
			{1, stands + pullers("100%", pulling, started(1)), "waits for daemonset/puller, container hub"},
			{10, stands + pullers("100%", pulling, started(1)), "waits for daemonset/puller, container hub"},
			{11, stands + pullers("100%", pulling, started(1)), held},
			{11, stands + pullers("100%", "{phase: Pending}", started(1)), held},
			{11, stands + pullers("100%", backingOff(2, 1), started(1)), "ended | daemonset/puller, container hub: ended with exit code 1"},
		},
		"one of a DaemonSet that may be missing is not enough where none has held": {
			{0, stands, ""}, {20, stands + pullers("100%", pulling, started(19)), "waits for daemonset/puller, container hub"},
		},
		"one of another DaemonSet is not enough": {
			{0, stands, ""}, {1, stands + pullers("1", pulling, started(1)), waitsToo}, {11, stands + pullers("1", pulling, started(1)), waitsToo},
		},
		"another release's pod": {
			{0, "", ""}, {1, strings.ReplaceAll(strings.ReplaceAll(rolledOut, "release-name: course", "release-name: grafana"), "uid: d,", "uid: other,") + newPod(endedWith(1, "Error")), held},
		},
	} {
		t.Run(name, func(t *testing.T) {
			scope := scope
			scope.Applied = true
			settling := Settling{Hold: Hold{Running: 10 * time.Second, Ready: 3 * time.Second}}
			for _, look := range looks {
				snapshot, now := Snapshot{Objects: objects(t, rolledOut+look.pods)}, onset.Add(time.Duration(look.second)*time.Second)
				if name == "another release's pod" {
					snapshot.Objects = objects(t, look.pods)
				}
				if look.want == "" {
					settling.See(snapshot, scope, now)
					continue
				}
				waiting, failed := settling.Judge(snapshot, scope, now)
				got := held
				if len(waiting) > 0 {
					got = "waits for " + strings.Join(waiting, ", ")
				}
				if len(failed) > 0 {
					got = failed[0].Name + " | " + failed[0].String()
				}
				if got != look.want {
					t.Errorf("second %d:\n got %s\nwant %s", look.second, got, look.want)
				}
			}
		})
	}
}

const releasedJob = "kind: Job\nmetadata: {name: seed, uid: seed, annotations: {meta.helm.sh/release-name: course}}\n---\n"

// stands is the Deployment's pod, which has run for an hour.
var stands = strings.ReplaceAll(newPod(started(-3600)), "hub-2-x", "hub-2-z")

// pulling is a pod whose container has not been started.
const pulling = `{phase: Pending, containerStatuses: [{name: hub, restartCount: 0, state: {waiting: {reason: ContainerCreating}}}]}`

// pullers are a DaemonSet with two pods, of which so many may be missing: one is ready, as the second status says.
func pullers(missing, slow, ready string) string {
	const daemons = `
kind: DaemonSet
metadata: {name: puller, uid: p, annotations: {meta.helm.sh/release-name: course}}
spec: {updateStrategy: {rollingUpdate: {maxUnavailable: "%s"}}}
status: {desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1}
---
`
	return fmt.Sprintf(daemons, missing) + podOf("puller-a", "DaemonSet", "p", slow) + podOf("puller-b", "DaemonSet", "p", ready)
}

// besides is a pod with two init containers of that status, the second of which goes on beside the others.
func besides(statuses string) string {
	pod := strings.Replace(newPod(started(1)), "containerStatuses:", "initContainerStatuses: ["+statuses+"], containerStatuses:", 1)
	return strings.Replace(pod, "spec: {", "spec: {initContainers: [{name: prepare}, {name: agent, restartPolicy: Always}], ", 1)
}

// alone is a pod that the chart has, under no controller.
func alone(policy, status string) string {
	return fmt.Sprintf("kind: Pod\nmetadata: {name: check, uid: check, annotations: {meta.helm.sh/release-name: course}}\nspec: {restartPolicy: %s, containers: [{name: hub}]}\nstatus: %s\n---\n", policy, status)
}
