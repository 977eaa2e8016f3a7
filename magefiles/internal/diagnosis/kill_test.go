package diagnosis

import "testing"

func TestTheCommandOfAHookIsNotTheContainers(t *testing.T) {
	const said = `Exec lifecycle hook ([/srv/announce]) for Container "hub" in Pod "hub-2-x" failed - error: rpc error: OCI runtime exec failed: exec failed: unable to start container process: exec: "/srv/announce": stat /srv/announce: no such file or directory`
	for name, test := range map[string]struct{ message, want string }{
		"a command that is not there": {said, "proven post-start-hook | deployment/hub, container hub: is killed because its postStart hook fails: its command /srv/announce is not in image registry.example/hub:1, or cannot be run"},
		"a command that fails":        {`Exec lifecycle hook ([/bin/false]) for Container "hub" in Pod "hub-2-x" failed - error: command '/bin/false' exited with 1: `, "fails post-start-hook | deployment/hub, container hub: is killed because its postStart hook fails"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := verdicts(Judge(Snapshot{Objects: objects(t, deployment+newPod(waiting("PostStartHookError", test.message)))}, scope)); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
