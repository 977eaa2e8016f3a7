package diagnosis

import (
	"strings"
	"testing"
)

// ends are two ends of the container in newPod, each with its log.
func ends(first, second End) Ends {
	first.Number, second.Number = max(first.Number, 1), max(second.Number, 2)
	return Ends{"hub-2-x/hub": {first, second}}
}

func TestACrashThatRepeatsItselfIsALoop(t *testing.T) {
	end := func(code int, lines ...string) End {
		return End{How: Terminated{ExitCode: code, Reason: "Error"}, Log: lines}
	}
	loop := newPod(backingOff(1, 3))
	for name, test := range map[string]struct {
		ends    Ends
		objects string
		loops   bool
	}{
		"the same twice":        {ends(end(3, "KeyError: a"), end(3, "KeyError: a")), loop, true},
		"nothing in the log":    {ends(end(3), end(3)), loop, true},
		"other times":           {ends(end(3, "[E 2026-01-01 10:00:01.123 JupyterHub] no key 0x7f00"), end(3, "[E 2026-01-01 10:00:02.456 JupyterHub] no key 0x7e12")), loop, true},
		"another exit code":     {ends(end(3, "a"), end(1, "a")), loop, false},
		"another log":           {ends(end(3, "migrating users"), end(3, "migrating servers")), loop, false},
		"a longer log":          {ends(end(3, "a"), end(3, "a", "b")), loop, false},
		"a log that is not had": {ends(end(3), End{How: Terminated{ExitCode: 3, Reason: "Error"}, Unread: true}), loop, false},
		"one was missed":        {ends(end(3), End{Number: 3, How: Terminated{ExitCode: 3, Reason: "Error"}}), newPod(backingOff(2, 3)), false},
		"only one":              {Ends{"hub-2-x/hub": {end(3)}}, loop, false},
		"killed for want of memory, whatever it was at": {
			ends(End{How: Terminated{ExitCode: 137, Reason: "OOMKilled"}, Log: []string{"a"}}, End{How: Terminated{ExitCode: 137, Reason: "OOMKilled"}, Log: []string{"b"}}), loop, true,
		},
		"while its database starts": {ends(End{How: end(3).How, Early: true}, end(3)), loop, false},
		"it is running again":       {ends(end(3), end(3)), newPod(again(12, 2, 3)), false},
		"three restarts":            {nil, newPod(backingOff(3, 3)), true},
	} {
		t.Run(name, func(t *testing.T) {
			found := Judge(Snapshot{Objects: objects(t, deployment+test.objects), Ends: test.ends}, scope)
			if got := strings.Contains(verdicts(found), "proven "); got != test.loops {
				t.Errorf("got %s", verdicts(found))
			}
		})
	}
}

// database is a StatefulSet that is not ready.
func database(pod string) string {
	return "kind: StatefulSet\nmetadata: {name: db, uid: s, annotations: {meta.helm.sh/release-name: course}}\nstatus: {updateRevision: r}\n---\n" + pod
}

func newDatabase(status string) string {
	return strings.Replace(podOf("db-0", "StatefulSet", "s", status), "{component: hub}", "{controller-revision-hash: r}", 1)
}

func TestEndsAreSeenOnceEachAndInOrder(t *testing.T) {
	seen := Ends{}
	for _, step := range []struct {
		pod      string
		number   int // of the new end; 0: there is none
		previous bool
	}{
		{newPod(started(0)), 0, false},
		{newPod(endedWith(3, "Error")), 1, false},
		{newPod(again(1, 1, 3)), 0, false}, // the same end
		{newPod(backingOff(1, 3)), 2, true},
		{newPod(again(11, 2, 3)), 0, false},
		{newPod(backingOff(2, 3)), 3, true},
		{newPod(backingOff(3, 3)), 0, false}, // enough is known
	} {
		found := seen.New(Snapshot{Objects: objects(t, deployment+step.pod)}, scope)
		end := found["hub-2-x/hub"]
		if end.Early {
			t.Errorf("%s: nothing else starts", step.pod)
		}
		if end.Number != step.number || end.Previous != step.previous {
			t.Errorf("%s: got %+v", step.pod, end)
		}
		if end.Number > 0 {
			seen["hub-2-x/hub"] = append(seen["hub-2-x/hub"], end)
		}
	}
}

func TestAnEndIsEarlyWhileAnotherPartOfTheHubStarts(t *testing.T) {
	for name, test := range map[string]struct {
		beside string
		early  bool
	}{
		"alone":                    {"", false},
		"its database is pulled":   {database(newDatabase(waiting("ContainerCreating", ""))), true},
		"its database crashes too": {database(newDatabase(backingOff(1, 1))), false},
		"a Job is at work":         {releasedJob, false},
		"somebody else's database": {strings.Replace(database(newDatabase(waiting("ContainerCreating", ""))), "name: course", "name: grafana", 1), false},
	} {
		found := Ends{}.New(Snapshot{Objects: objects(t, deployment+newPod(endedWith(3, "Error"))+test.beside)}, scope)
		if got := found["hub-2-x/hub"].Early; got != test.early {
			t.Errorf("%s: early %t", name, got)
		}
	}
}

func TestACommandThatIsNotInTheImageIsCertainAtOnce(t *testing.T) {
	const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "COMMAND": REASON: unknown`
	for reason, certain := range map[string]bool{
		"executable file not found in $PATH": true, "stat /srv/start: no such file or directory": true, "permission denied": true, "is a directory": true,
		"exec format error": false,
	} {
		said := strings.NewReplacer("COMMAND", "/srv/start", "REASON", reason).Replace(message)
		for where, pod := range map[string]string{
			"waits":         newPod(waiting("RunContainerError", said)),
			"has ended":     newPod(strings.Replace(endedWith(128, "StartError"), "reason: StartError", "reason: StartError, message: '"+said+"'", 1)),
			"is backed off": newPod(strings.Replace(backingOff(1, 128), "reason: Error", "reason: StartError, message: '"+said+"'", 1)),
		} {
			got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+pod)}, scope))
			want := "proven no-command | deployment/hub, container hub: cannot start: its command /srv/start is not in image registry.example/hub:1, or cannot be run"
			if (got == want) != certain {
				t.Errorf("%s, %s: got %s", reason, where, got)
			}
		}
	}
}

func FuzzAlike(f *testing.F) {
	f.Add("[E 2026-01-01 10:00:01 JupyterHub] a", "b")
	f.Fuzz(func(t *testing.T, a, b string) {
		if alike(a, b) != alike(b, a) || !alike(a, a) {
			t.Errorf("%q and %q", a, b)
		}
	})
}
