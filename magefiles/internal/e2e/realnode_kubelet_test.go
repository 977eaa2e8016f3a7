package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/behaviour"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/sandbox/kernel"
)

// otherKubelet is one that this machine has for itself, in its network and among its cgroups. It has no API server, and runs the pod of a file. It
// has ports and a cgroup of its own: a machine may have one already, whose pods it would take for strangers. Processes and mounts are in
// namespaces of their own so that they end with the test.
type otherKubelet struct{ dir, registry, cgroup, port string }

// otherKubeletRuns starts containerd and a kubelet. What a kubelet sets of the machine's kernel it finds set.
const otherKubeletRuns = `set -e
mount -t proc none /proc
mount -t tmpfs none /run
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/run/$(echo "${setting%=*}" | tr / .)
  echo "${setting#*=}" >"$file"
  mount --bind "$file" "/proc/sys/${setting%=*}"
done
"$2" --config containerd.toml >containerd.log 2>&1 &
exec "$1" --config=kubelet.yaml --root-dir="$PWD/kubelet" --cert-dir="$PWD/pki" --hostname-override=other >kubelet.log 2>&1`

// configurations of the other kubelet, by their files. Capitals stand for what differs.
var otherConfigurations = map[string]string{
	"containerd.toml": `version = 3
root = "DIR/containerd"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "REGISTRY/tests/pause:t1"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`,
	"kubelet.yaml": `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 127.0.0.1
port: PORT1
readOnlyPort: PORT0
healthzPort: PORT2
authentication: {anonymous: {enabled: false}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
staticPodPath: DIR/manifests
podLogsDir: DIR/pod-logs
cgroupDriver: cgroupfs
cgroupRoot: /CGROUP
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
resolvConf: ""
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
`,
	"manifests/other.yaml": `apiVersion: v1
kind: Pod
metadata: {name: other, namespace: default}
spec: {hostNetwork: true, containers: [{name: other, image: REGISTRY/tests/behave:t1, args: [run]}]}
`,
}

// start starts it, until the test ends, and returns when its pod runs. The calling goroutine is to stay on its thread, with which it ends.
func (o otherKubelet) start(t *testing.T) {
	t.Helper()
	if err := kernel.MakeCgroup(o.cgroup); err != nil {
		t.Fatal(err)
	}
	words := []string{"DIR", o.dir, "REGISTRY", o.registry, "CGROUP", o.cgroup, "PORT0", o.port}
	for _, name := range []string{"PORT1", "PORT2"} {
		words = append(words, name, unusedPort(t))
	}
	for name, content := range otherConfigurations {
		file := filepath.Join(o.dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.NewReplacer(words...).Replace(content)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", otherKubeletRuns, "sh", tool("kubelet"), tool("containerd"))
	command.Dir, command.SysProcAttr = o.dir, &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(tool("containerd-shim-runc-v2"))+":"+os.Getenv("PATH"))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGKILL)
		_ = command.Wait()
		if err := kernel.RemoveCgroup(o.cgroup); err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(time.Minute); !strings.Contains(o.seen(t), "running since"); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(o.dir, "kubelet.log"))
			t.Fatalf("%s\n%s", o.seen(t), log[max(0, len(log)-4000):])
		}
	}
}

// seen is what this kubelet says of its pod, and the cgroups that it has.
func (o otherKubelet) seen(t *testing.T) string {
	t.Helper()
	response, err := http.Get("http://127.0.0.1:" + o.port + "/pods") //nolint:noctx // on this machine
	if err != nil {
		return err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	var list struct {
		Items []struct {
			Status struct {
				ContainerStatuses []struct {
					ContainerID  string `json:"containerID"`
					RestartCount int    `json:"restartCount"`
					State        struct {
						Running *struct {
							StartedAt string `json:"startedAt"`
						} `json:"running"`
					} `json:"state"`
				} `json:"containerStatuses"`
			} `json:"status"`
		} `json:"items"`
	}
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		return err.Error()
	}
	found := []string{fmt.Sprintf("%d pods", len(list.Items))}
	for _, item := range list.Items {
		for _, status := range item.Status.ContainerStatuses {
			if status.State.Running != nil {
				found = append(found, fmt.Sprintf("%s, %d restarts, running since %s", status.ContainerID, status.RestartCount, status.State.Running.StartedAt))
			}
		}
	}
	for _, above := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/memory"} { // version 2, and 1
		if cgroup := filepath.Join(above, o.cgroup, "kubepods"); there(cgroup) {
			found = append(found, cgroup)
		}
	}
	return strings.Join(found, "\n")
}

// TestRealNodeLeavesAnotherKubeletAlone has a kubelet of the machine's own running beside a real node: its pod and its cgroups stay as they were,
// while the node comes, has a pod, is killed, and goes.
func TestRealNodeLeavesAnotherKubeletAlone(t *testing.T) {
	needsNode(t)
	programs.Need(t.Context(), t, "unshare", "mount")
	current, err := (&sandbox.Sandbox{Dir: stage.sandboxDir}).Current()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := behaviour.Push(t.Context(), newRunner(stage.environ), stage.root, t.TempDir(), current.Registry); err != nil {
		t.Fatal(err)
	}
	pause := exec.CommandContext(t.Context(), tool("crane"), "mutate", "--insecure", "--entrypoint", "/behave,run", "--tag", current.Registry+"/tests/pause:t1", behaviour.Image(current.Registry))
	if out, err := pause.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	runtime.LockOSThread()
	other := otherKubelet{dir: t.TempDir(), registry: current.Registry, cgroup: "hub-ops-test-other", port: unusedPort(t)}
	other.start(t)
	before := other.seen(t)
	if !strings.Contains(before, "kubepods") {
		t.Fatalf("only this is seen of the other kubelet: %s", before)
	}
	v := &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}
	t.Cleanup(func() { v.run(t, "sandbox:down") })
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"the node is up", func() { v.run(t, "sandbox:up") }},
		{"it has a pod", func() { v.runPod(t) }},
		{"it is killed", func() { v.killAfter(t, killPoint{target: "sandbox:down"}, 100*time.Millisecond) }},
		{"it is down", func() { v.run(t, "sandbox:down") }},
	} {
		if step.do(); other.seen(t) != before {
			t.Errorf("when %s:\n%s\nbefore:\n%s", step.name, other.seen(t), before)
		}
	}
}

// unusedPort is one that is free on this machine.
func unusedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}
