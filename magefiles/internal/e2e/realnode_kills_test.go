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
	v := &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}
	before, listed := traces(t, v.dir), listings(t)
	took := map[string]time.Duration{"sandbox:up": v.run(t, "sandbox:up"), "sandbox:down": v.run(t, "sandbox:down")}
	struck := map[string]int{}
	for i, point := range killPoints(seed, kills) {
		if point.target == "sandbox:down" {
			took["sandbox:up"] = min(took["sandbox:up"], v.run(t, "sandbox:up"))
			if point.pod {
				v.runPod(t)
			}
		}
		after := time.Duration(point.part * float64(took[point.target]))
		was := "under way"
		if v.killAfter(t, point, after) {
			struck[point.target]++
		} else {
			was = "at its end already"
		}
		t.Logf("kill %d: %s, %s, after %s of %s: %s", i+1, point.target, was, after.Round(time.Millisecond), took[point.target].Round(time.Millisecond), ways[point.way])
		v.run(t, "sandbox:down")
		if left := traces(t, v.dir); left != before {
			t.Errorf("left behind:\n%s\nbefore:\n%s", left, before)
		}
	}
	for target := range took {
		if kills >= 10 && struck[target] < 2 {
			t.Errorf("%s was killed %d times under way", target, struck[target])
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

// killPoint is when and how a target is killed.
type killPoint struct {
	target string
	part   float64 // of the time that the target takes
	way    int     // of ways
	pod    bool    // the node has a pod
}

// ways are those in which a sandbox is killed.
var ways = []string{"everything", "the command alone", "everything but the command"}

// killPoints are random moments, one in each of as many equal parts of start and end as there are kills of them: together they reach every part of both.
func killPoints(seed, kills uint64) []killPoint {
	chance := rand.New(rand.NewPCG(seed, 0)) // #nosec G404 -- no secret
	points, first := make([]killPoint, kills), chance.IntN(len(ways))
	for i := range points {
		target, of := "sandbox:up", (kills+1)/2
		if i%2 == 1 {
			target, of = "sandbox:down", kills/2
		}
		part := (float64(i/2) + chance.Float64()) / float64(of)
		points[i] = killPoint{target: target, part: part, way: (i/2 + first) % len(ways), pod: i%4 == 1}
	}
	return points
}

func TestKillsReachEveryPartOfStartAndEnd(t *testing.T) {
	for seed := range uint64(100) {
		parts, how := map[string][]int{}, map[string]map[int]bool{"sandbox:up": {}, "sandbox:down": {}}
		for _, point := range killPoints(seed, 20) {
			parts[point.target] = append(parts[point.target], int(point.part*10))
			how[point.target][point.way] = true
		}
		for target, reached := range parts {
			if !slices.Equal(reached, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) || len(how[target]) != len(ways) {
				t.Errorf("seed %d, %s: tenths %v, ways %v", seed, target, reached, how[target])
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
	registry, _, _ := strings.Cut(v.image(t), "/")
	v.kubectl(t, "run", "a", "--image", registry+"/sandbox/pause:1")
	v.kubectl(t, "wait", "pod/a", "--for", "condition=Ready", "--timeout", "60s")
}

// kubectl asks the node's cluster.
func (v *nodeVictim) kubectl(t *testing.T, args ...string) {
	t.Helper()
	config := filepath.Join(v.dir, "kubeconfig")
	if out, err := exec.CommandContext(t.Context(), tool("kubectl"), append([]string{"--kubeconfig", config}, args...)...).CombinedOutput(); err != nil {
		events, _ := exec.CommandContext(t.Context(), tool("kubectl"), "--kubeconfig", config, "get", "events,pods").CombinedOutput()
		t.Fatalf("kubectl %s: %v\n%s\n%s", strings.Join(args, " "), err, out, events)
	}
}

// killAfter starts a target, and kills everything of the sandbox, the command alone, or everything but the command. It reports whether the target
// was under way.
func (v *nodeVictim) killAfter(t *testing.T, point killPoint, after time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := onNode(ctx, v.dir, point.target)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // a target that was killed
		close(ended)
	}()
	var underWay bool
	select {
	case <-ended:
	case <-time.After(after):
		underWay = true
	}
	if point.way != 2 {
		_ = command.Process.Kill()
	}
	if point.way != 1 {
		for _, pid := range append(pidsWith(v.dir), descendants(command.Process.Pid)...) {
			if pid != command.Process.Pid {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	<-ended
	return underWay
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
