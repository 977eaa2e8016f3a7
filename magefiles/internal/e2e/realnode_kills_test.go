package e2e

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/sandbox"
)

// TestRealNodeKilledAtRandom kills a sandbox at random moments of its start and its end, in one of three ways. Then sandbox:down leaves nothing of it.
// E2E_NODE_KILLS sets how often, E2E_NODE_SEED repeats the moments of another run.
func TestRealNodeKilledAtRandom(t *testing.T) {
	needsNode(t)
	number := func(variable string, other uint64) uint64 {
		text := stage.variable(variable)
		if text == "" {
			return other
		}
		value, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	kills, seed := number("E2E_NODE_KILLS", 3), number("E2E_NODE_SEED", uint64(time.Now().UnixNano())) // #nosec G115 -- a time of this century
	t.Logf("%d kills; E2E_NODE_SEED=%d has the same moments", kills, seed)
	chance := rand.New(rand.NewPCG(seed, 0)) // #nosec G404 -- no secret
	v := &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}
	before, listed := traces(t, v.dir), listings(t)
	upTook := v.run(t, "sandbox:up")
	downTook := v.run(t, "sandbox:down")
	for i := range kills {
		target, took := "sandbox:up", upTook
		if i%2 == 1 {
			target, took = "sandbox:down", downTook
			v.run(t, "sandbox:up")
			if i%4 == 1 {
				v.runPod(t)
			}
		}
		after, way := time.Duration(chance.Float64()*float64(took)), chance.IntN(3)
		v.killAfter(t, target, after, way)
		t.Logf("kill %d: %s after %s of %s, %s", i+1, target, after.Round(time.Millisecond), took.Round(time.Millisecond), []string{"everything", "the command alone", "everything but the command"}[way])
		v.run(t, "sandbox:down")
		if left := traces(t, v.dir); left != before {
			t.Errorf("left behind:\n%s\nbefore:\n%s", left, before)
		}
	}
	// What others did meanwhile is among it.
	for kind, lines := range listings(t) {
		for _, line := range lines {
			if !slices.Contains(listed[kind], line) {
				t.Logf("new since the beginning, whoever made it: %s: %s", kind, line)
			}
		}
	}
}

// nodeVictim is a sandbox that is killed.
type nodeVictim struct{ dir string }

// run runs a target to its end, and returns how long that took.
func (v *nodeVictim) run(t *testing.T, target string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := onNode(context.WithoutCancel(t.Context()), v.dir, target).CombinedOutput(); err != nil { // also when the test has ended
		if strings.Contains(string(out), "no real node on this machine: ") {
			programs.NeedNode(t, string(out))
		}
		t.Fatalf("%s: %v\n%s", target, err, out)
	}
	return time.Since(start)
}

// runPod lets the node have a pod, with the interface, the mounts and the cgroup of one.
func (v *nodeVictim) runPod(t *testing.T) {
	t.Helper()
	current, err := (&sandbox.Sandbox{Dir: v.dir}).Current()
	if err != nil {
		t.Fatal(err)
	}
	kubectl := func(args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), tool("kubectl"), append([]string{"--kubeconfig", current.Kubeconfig}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	kubectl("run", "a", "--image", current.Registry+"/sandbox/pause:1")
	kubectl("wait", "pod/a", "--for", "condition=Ready", "--timeout", "60s")
}

// killAfter starts a target, and kills everything of the sandbox, the command alone, or everything but the command.
func (v *nodeVictim) killAfter(t *testing.T, target string, after time.Duration, way int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := onNode(ctx, v.dir, target)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if way != 2 {
		_ = command.Process.Kill()
	}
	if way != 1 {
		for _, pid := range append(pidsWith(v.dir), descendants(command.Process.Pid)...) {
			if pid != command.Process.Pid {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	_ = command.Wait()
}

// listings are what this machine has of interfaces, rules, mounts and cgroups, a line each.
func listings(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for kind, pattern := range map[string]string{"interface": "/sys/class/net/*", "cgroup": "/sys/fs/cgroup/*/*", "cgroup of all": "/sys/fs/cgroup/*"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				found[kind] = append(found[kind], path)
			}
		}
	}
	rules, _ := exec.CommandContext(t.Context(), "iptables-save").Output()
	for line := range strings.Lines(string(rules)) {
		if strings.HasPrefix(line, "-A ") {
			found["rule"] = append(found["rule"], strings.TrimSpace(line))
		}
	}
	mounts, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(mounts) {
		found["mount"] = append(found["mount"], string(bytes.TrimSpace(line)))
	}
	return found
}
