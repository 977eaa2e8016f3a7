package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/dev/behaviour"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/sandbox/node"
)

// realTools are what a real node is built from, beside the control plane.
var realTools = []string{"kubelet", "kube-proxy", "containerd", "containerd-shim-runc-v2", "bridge", "host-local", "loopback", "portmap"}

// needsNode leaves a test out where there can be no real node.
func needsNode(t *testing.T) {
	t.Helper()
	programs.Need(t.Context(), t, programs.Root, "runc")
	if err := buildTools(t.Context(), realTools...); err != nil {
		t.Fatal(err)
	}
}

// onNode runs a target on a real node whose sandbox is in dir.
func onNode(ctx context.Context, dir, target string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(stage.bin, "mage"), target)
	cmd.Dir = stage.root
	cmd.Env = slices.Concat(stage.environ, stageEnv(), []string{"HUBOPS_SANDBOX_DIR=" + dir, "SANDBOX_NODES=real"})
	return cmd
}

func TestRealNode(t *testing.T) { onRealNode(t, "testdata/real") }

// TestRealJupyterHub is left out unless it is asked for: its image takes minutes, and Debian's packages.
func TestRealJupyterHub(t *testing.T) {
	programs.NeedAsked(t, stage.variable("E2E_JUPYTERHUB") == "1", "E2E_JUPYTERHUB=1")
	programs.Need(t.Context(), t, "debootstrap")
	onRealNode(t, "testdata/jupyterhub")
}

// onRealNode runs, one at a time, the scripts of a directory on a real node, which they share.
func onRealNode(t *testing.T, scripts string) {
	t.Helper()
	needsNode(t)
	dir := filepath.Join(t.TempDir(), "box")
	if out, err := onNode(t.Context(), dir, "sandbox:up").CombinedOutput(); err != nil {
		if strings.Contains(string(out), "no real node on this machine: ") {
			programs.NeedNode(t, string(out))
		}
		t.Fatalf("%v\n%s", err, out)
	}
	// The scripts begin when this function has returned.
	shared := stage.sandboxDir
	stage.sandboxDir = dir
	t.Cleanup(func() {
		stage.sandboxDir = shared
		if out, err := onNode(context.Background(), dir, "sandbox:down").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	current, err := (&sandbox.Sandbox{Dir: dir}).Current()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := behaviour.Push(t.Context(), newRunner(stage.environ), stage.root, t.TempDir(), current.Registry); err != nil {
		t.Fatal(err)
	}
	var turn sync.Mutex
	testscript.Run(t, testscript.Params{
		Dir: scripts, RequireExplicitExec: true, Cmds: commands,
		Setup: func(env *testscript.Env) error {
			turn.Lock()
			env.Defer(turn.Unlock)
			return setUp(env)
		},
	})
}

// TestRealNodeLeavesNothing kills a sandbox at several points of its start and its end, in several ways. Then sandbox:down leaves nothing of it.
func TestRealNodeLeavesNothing(t *testing.T) {
	needsNode(t)
	dir := filepath.Join(t.TempDir(), "box")
	before := traces(t, dir)
	for i, point := range []string{"realnode", "node/plan.json", "node/etcd", "node/containerd/io.containerd.metadata.v1.bolt/meta.db", "node/kubelet", "state.json", "down"} {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		out := new(output)
		up := onNode(ctx, dir, "sandbox:up")
		up.Stdout, up.Stderr = out, out
		if err := up.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- up.Wait() }()
		awaited := point
		if point == "down" {
			awaited = "state.json"
		}
		for !there(filepath.Join(dir, awaited)) && ctx.Err() == nil {
			time.Sleep(5 * time.Millisecond)
			if strings.Contains(out.String(), "no real node on this machine: ") {
				programs.NeedNode(t, out.String())
			}
		}
		if ctx.Err() != nil {
			t.Fatalf("%s does not come: %s", awaited, out.String())
		}
		switch {
		case point == "down":
			if err := <-ended; err != nil {
				t.Fatalf("%v\n%s", err, out.String())
			}
			half := onNode(ctx, dir, "sandbox:down")
			if err := half.Start(); err != nil {
				t.Fatal(err)
			}
			for there(filepath.Join(dir, "state.json")) {
				time.Sleep(time.Millisecond)
			}
			_ = half.Process.Kill()
			_ = half.Wait()
		case i%2 == 0: // everything at once
			_ = up.Process.Kill()
			for _, pid := range pidsWith(dir) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		default: // the command alone
			_ = up.Process.Kill()
		}
		if out, err := onNode(ctx, dir, "sandbox:down").CombinedOutput(); err != nil {
			t.Errorf("killed at %s: %v\n%s", point, err, out)
		}
		if after := traces(t, dir); after != before {
			t.Errorf("killed at %s, left behind:\n%s\nbefore:\n%s", point, after, before)
		}
		cancel()
	}
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// traces is what a sandbox in dir could leave on this machine. What others do meanwhile is no part of it: of interfaces, mounts and rules it
// is those that have a name which realnode, containerd, kubelet or kube-proxy gives.
func traces(t *testing.T, dir string) string {
	t.Helper()
	cgroup, err := node.Cgroup(dir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, pattern := range []string{dir, "/sys/fs/cgroup/" + cgroup, "/sys/fs/cgroup/*/" + cgroup, "/sys/class/net/sandbox0", "/run/containerd/containerd.sock", "/var/lib/cni/networks/pods", "/run/netns/cni-*"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, paths...)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	rules, _ := exec.CommandContext(t.Context(), "iptables-save").Output()
	for line := range strings.Lines(string(mounts) + string(rules)) {
		if strings.Contains(line, dir) || strings.Contains(line, "KUBE-") || strings.Contains(line, "CNI-") {
			found = append(found, line)
		}
	}
	for _, sysctl := range []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet"} {
		value, err := os.ReadFile("/proc/sys/" + sysctl)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, sysctl+" = "+string(value))
	}
	for range pidsWith(dir) {
		found = append(found, "a process")
	}
	return strings.Join(found, "\n")
}
