package diagnosis

import (
	"strings"
	"testing"
)

const pendingClaim = "kind: PersistentVolumeClaim\nmetadata: {name: hub-db-dir, uid: c, annotations: {meta.helm.sh/release-name: course}}\nstatus: {phase: Pending}\n---\n"

var noClassSet = event("c", "FailedBinding", "no persistent volumes available for this claim and no storage class is set")

func TestAClaimThatNothingMakesAVolumeFor(t *testing.T) {
	const cause = "claim hub-db-dir: names no StorageClass, and no volume is there for it: nothing will ever make one"
	volume := func(class, phase string) *Object {
		return &Object{Kind: "PersistentVolume", Spec: Spec{StorageClassName: class}, Status: Status{Phase: phase}}
	}
	foreign := strings.Replace(pendingClaim, ", annotations: {meta.helm.sh/release-name: course}", "", 1)
	mounting := strings.Replace(newPod(waiting("ContainerCreating", "")), "spec: {", "spec: {volumes: [{persistentVolumeClaim: {claimName: hub-db-dir}}], ", 1)
	for name, test := range map[string]struct {
		objects string
		volumes []*Object
		want    string
	}{
		"no volume":                   {pendingClaim, []*Object{}, "fails no-volume | " + cause},
		"volumes of a class":          {pendingClaim, []*Object{volume("fast", "Available")}, "fails no-volume | " + cause},
		"volumes that others have":    {pendingClaim, []*Object{volume("", "Bound"), volume("", "Released")}, "fails no-volume | " + cause},
		"a volume that may be bound":  {pendingClaim, []*Object{volume("", "Available")}, "waits no-volume | claim hub-db-dir: is not bound yet: FailedBinding: no persistent volumes available for this claim and no storage class is set"},
		"volumes cannot be listed":    {pendingClaim, nil, "network no-volume | " + cause},
		"a claim of somebody else's":  {foreign, []*Object{}, ""},
		"a claim that its pod mounts": {foreign + mounting, []*Object{}, "fails no-volume | " + cause + "\nwaits starting | deployment/hub, container hub: is being started"},
	} {
		t.Run(name, func(t *testing.T) {
			snapshot := Snapshot{Objects: objects(t, deployment+test.objects+noClassSet), Volumes: test.volumes}
			if got := verdicts(Judge(snapshot, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAWaitIsForWhatTheReleaseHolds(t *testing.T) {
	failed := strings.Replace(failedJob, "annotations: {helm.sh/hook: pre-upgrade}", "annotations: {meta.helm.sh/release-name: course}", 1)
	foreign := strings.Replace(failedJob, "annotations: {helm.sh/hook: pre-upgrade}", "annotations: {}", 1)
	const fails = "fails job-failed | job/migrate: the job has failed: BackoffLimitExceeded: limit"
	const failsAsHook = "fails job-failed | job/migrate: the hook (pre-upgrade) has failed: BackoffLimitExceeded: limit"
	others := strings.Replace(deployment, "release-name: course", "release-name: other", 1) + newPod(crashing)
	const failsToStart = "proven crash-loop | deployment/hub, container hub: crashes: 9 restarts, exit code 1"
	kept := strings.Replace(deployment, "name: hub, uid: d", "name: old, uid: d", 1) + newPod(crashing)
	for name, test := range map[string]struct {
		before, objects string
		holds, hooks    Set
		namespace       bool // the scope is all that the namespace holds
		want            string
	}{
		"its Job":                               {objects: failed, want: fails},
		"its Job, which failed before":          {before: failed, objects: failed, holds: Set{"job/migrate": true}, want: fails},
		"the same while helm is at work":        {before: failed, objects: failed},
		"a Job of an earlier revision":          {objects: failed, holds: Set{}},
		"a foreign Job":                         {objects: foreign},
		"a foreign Job, in a rollout":           {objects: foreign, namespace: true},
		"a foreign Job's pod, in a rollout":     {objects: foreign + podOf("m", "Job", "j", waiting("InvalidImageName", "x")), namespace: true},
		"its Job, in a rollout":                 {objects: failed, namespace: true, want: fails},
		"its hook":                              {objects: failedJob, hooks: Set{"job/migrate": true}, want: failsAsHook},
		"a hook of which nobody knows":          {objects: failedJob, want: failsAsHook},
		"a hook of another release":             {objects: failedJob, hooks: Set{}},
		"another release's Deployment":          {objects: others, want: ""},
		"the same, in a rollout":                {objects: others, namespace: true, want: ""},
		"somebody's Deployment, in a rollout":   {objects: strings.Replace(others, "meta.helm.sh/release-name: other", "by: hand", 1), namespace: true, want: failsToStart},
		"a Deployment that the chart left here": {objects: kept, holds: Set{"deployment/hub": true}},
	} {
		t.Run(name, func(t *testing.T) {
			scope := scope
			scope.Applied, scope.Manifest, scope.Own = true, test.holds, !test.namespace
			scope.Hooks = test.hooks
			if test.before != "" {
				scope.Before = &Snapshot{Objects: objects(t, test.before)}
				scope.Applied = test.holds != nil
			}
			if got := verdicts(Judge(Snapshot{Objects: objects(t, test.objects)}, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestWhatWasWaitedForInVainHasACause(t *testing.T) {
	pending := "kind: Service\nmetadata: {name: proxy-public, annotations: {meta.helm.sh/release-name: course}}\nspec: {type: LoadBalancer}\n---\n"
	snapshot := Snapshot{Objects: objects(t, deployment+pending)}
	want := "waits lagging | deployment/hub: 1 of its pods are of the newest revision, 1 are available\nwaits lagging | service/proxy-public: its load balancer has no address"
	if got := verdicts(Lagging(snapshot, scope, nil)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	told := []Verdict{{Subject: "deployment/hub, container hub"}}
	if got := verdicts(Lagging(snapshot, scope, told)); strings.Contains(got, "deployment/hub") {
		t.Errorf("told twice: %s", got)
	}
}
