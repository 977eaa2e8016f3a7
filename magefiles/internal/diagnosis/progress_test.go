package diagnosis

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestARolloutIsCompleteWhenItsNewestRevisionIsAllThereIs(t *testing.T) {
	for name, test := range map[string]struct {
		object string
		want   bool
	}{
		"done":                        {"kind: Deployment\nmetadata: {generation: 2}\nspec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1}", true},
		"an old success":              {"kind: Deployment\nmetadata: {generation: 3}\nspec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1}", false},
		"old pods are left":           {"kind: Deployment\nmetadata: {generation: 2}\nspec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 1}", false},
		"scaled to none":              {"kind: Deployment\nmetadata: {generation: 2}\nspec: {replicas: 0}\nstatus: {observedGeneration: 2}", true},
		"stateful, half way":          {"kind: StatefulSet\nspec: {replicas: 2}\nstatus: {readyReplicas: 2, currentRevision: a, updateRevision: b}", false},
		"stateful, done":              {"kind: StatefulSet\nspec: {replicas: 2}\nstatus: {readyReplicas: 2, currentRevision: b, updateRevision: b}", true},
		"stateful, in part":           {"kind: StatefulSet\nspec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}\nstatus: {readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b}", true},
		"by hand":                     {"kind: StatefulSet\nspec: {replicas: 2, updateStrategy: {type: OnDelete}}\nstatus: {readyReplicas: 2, currentRevision: a, updateRevision: b}", true},
		"one node is missing":         {"kind: DaemonSet\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2}", false},
		"every node":                  {"kind: DaemonSet\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3}", true},
		"one node may be missing":     {"kind: DaemonSet\nspec: {updateStrategy: {rollingUpdate: {maxUnavailable: 1}}}\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2}", false},
		"each may, and one is there":  {"kind: DaemonSet\nspec: {updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}}\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 1}", true},
		"each may, and none is":       {"kind: DaemonSet\nspec: {updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}}\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 3}", false},
		"each may, and an old one is": {"kind: DaemonSet\nspec: {updateStrategy: {rollingUpdate: {maxUnavailable: 100%}}}\nstatus: {desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 1}", false},
		"no node":                     {"kind: DaemonSet", true},
		"job":                         {"kind: Job\nstatus: {conditions: [{type: Complete, status: \"True\"}]}", true},
		"job at work":                 {"kind: Job\nstatus: {active: 1}", false},
		"a ReplicaSet without owner":  {"kind: ReplicaSet\nspec: {replicas: 2}\nstatus: {readyReplicas: 1}", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Complete(objects(t, test.object)[0]); got != test.want {
				t.Errorf("complete: %t", got)
			}
		})
	}
}

func TestProgressIsOneLine(t *testing.T) {
	all := deployment + oldPod(`{conditions: [{type: Ready, status: "True"}]}`) + newPod(waiting("ContainerCreating", "")) +
		event("hub-2-x", "Pulling", `Pulling image "registry.example/hub:1"`) +
		"kind: Service\nmetadata: {name: proxy-public}\nspec: {type: LoadBalancer}"
	snapshot := Snapshot{Objects: objects(t, all)}
	want := "pods 0/1 ready; hub: pulling image; waiting for the load balancer of proxy-public"
	if got := Progress(snapshot, scope, Judge(snapshot, scope)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := Progress(Snapshot{}, scope, nil); got != "" {
		t.Errorf("of an empty namespace: %s", got)
	}
}

func TestATroubleFailsWhenItHasLastedAsLongAsItMay(t *testing.T) {
	start := time.Now()
	tracker := Tracker{Patience: Patience{Certain: 4 * time.Second, Network: time.Minute, Scheduler: 30 * time.Second}}
	at := func(seconds int, verdicts ...Verdict) []string {
		var names []string
		for _, verdict := range tracker.Failed(verdicts, start.Add(time.Duration(seconds)*time.Second)) {
			names = append(names, verdict.Name)
		}
		return names
	}
	missing, limit, full, pulling := Verdict{Name: "missing", Certainty: Certain}, Verdict{Name: "limit", Certainty: Network}, Verdict{Name: "full", Certainty: Scheduler}, Verdict{Name: "pulling"}
	for _, step := range []struct {
		seconds int
		now     []Verdict
		want    []string
	}{
		{0, []Verdict{missing, limit, full, pulling}, nil},
		{3, []Verdict{missing, limit, full, pulling}, nil},
		{4, []Verdict{missing, limit, full, pulling}, []string{"missing"}},
		{5, []Verdict{limit, pulling}, nil},
		{6, []Verdict{missing, limit, pulling}, nil}, // it begins anew
		{59, []Verdict{limit, full, pulling}, nil},
		{60, []Verdict{limit, full, pulling}, []string{"limit"}},
		{9999, []Verdict{pulling}, nil},
	} {
		if got := at(step.seconds, step.now...); !slices.Equal(got, step.want) {
			t.Errorf("after %d seconds: %v, want %v", step.seconds, got, step.want)
		}
	}
}

func TestReportFitsAScreenAndEqualCausesAreToldOnce(t *testing.T) {
	finding := Finding{
		Verdict: Verdict{
			Subject: "deployment/hub, container hub", Cause: "crashes: 3 restarts", Evidence: []string{"a", "b", "c", "d"},
			Advice: "kubectl logs x", Log: &Log{Pod: "hub-x", Container: "hub"},
		},
		Place: "hub-charts/course/values.yaml:3",
		Lines: strings.Split(strings.Repeat("line\n", 50), "\n"),
	}
	lines := Report([]Finding{finding, finding, finding, finding, finding})
	if len(lines) > 24 || lines[0] != "deployment/hub, container hub: crashes: 3 restarts (hub-charts/course/values.yaml:3)" {
		t.Errorf("%d lines: %s", len(lines), strings.Join(lines, "\n"))
	}
	missing := func(hub string) *Failure {
		return &Failure{Hub: hub, Findings: []Finding{{Verdict: Verdict{Subject: "deployment/hub", Cause: "image me/user-" + hub + ":t1 is missing"}}}}
	}
	groups := Groups([]*Failure{missing("biology"), {Hub: "maths", Findings: []Finding{finding}}, missing("physics")})
	want := []string{
		"2 hubs (biology, physics) cannot become ready: deployment/hub: image me/user-{hub}:t1 is missing",
		"hub maths cannot become ready: deployment/hub, container hub: crashes: 3 restarts (hub-charts/course/values.yaml:3)",
	}
	if len(groups) != 2 || groups[0].String() != want[0] || groups[1].String() != want[1] {
		t.Errorf("got %v", groups)
	}
}

func TestShortSubject(t *testing.T) {
	for subject, want := range map[string]string{
		"deployment/hub, container hub": "hub", "deployment/hub, container migrate": "hub (migrate)", "claim hub-db-dir": "claim hub-db-dir", "job/hook": "hook",
	} {
		if got := shortSubject(subject); got != want {
			t.Errorf("%s: got %s, want %s", subject, got, want)
		}
	}
}

func FuzzNeverFits(f *testing.F) {
	f.Add(noNode)
	f.Add("0/0 nodes are available: .")
	f.Fuzz(func(_ *testing.T, message string) {
		neverFits(message)
		nodesSay(message)
	})
}
