package diagnosis

import (
	"strings"
	"testing"
)

func TestWhatWasBrokenBeforeCountsOnceItWasTriedAgain(t *testing.T) {
	scope := scope
	scope.Applied = true // helm is through, and has not touched it
	pod := newPod(waiting("ImagePullBackOff", notFound))
	scope.Before = &Snapshot{Objects: objects(t, deployment+pod)}
	want := "network image-not-found | deployment/hub, container hub: image registry.example/hub:1: there is no such image in the registry (since before this deploy, and not tried again yet)"
	if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+pod)}, scope)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	repeated := deployment + pod + event("hub-2-x", "Failed", "Error: ImagePullBackOff")
	if got := verdicts(Judge(Snapshot{Objects: objects(t, repeated)}, scope)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	again := deployment + pod + event("hub-2-x", "Failed", `Failed to pull image "registry.example/hub:1": not found`)
	want = "fails image-not-found | deployment/hub, container hub: image registry.example/hub:1: there is no such image in the registry"
	if got := verdicts(Judge(Snapshot{Objects: objects(t, again)}, scope)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestACrashLoopFromBeforeIsWaitedForOnlySoLong(t *testing.T) {
	scope := scope
	scope.Applied = true
	scope.Before = &Snapshot{Objects: objects(t, deployment+newPod(crashing))}
	want := "network crash-loop | deployment/hub, container hub: crashes: 9 restarts, exit code 1 (since before this deploy, and not tried again yet)"
	if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+newPod(crashing))}, scope)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	again := strings.Replace(crashing, "restartCount: 9", "restartCount: 10", 1)
	want = "proven crash-loop | deployment/hub, container hub: crashes: 10 restarts, exit code 1"
	if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+newPod(again))}, scope)); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
