package e2e

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
)

// TestEveryKilledDeployIsRecovered kills deploys at random moments, with all that they have started or alone, and runs
// them again: each must end deployed. HUBOPS_KILL_POINTS sets how many.
func TestEveryKilledDeployIsRecovered(t *testing.T) {
	points := 20
	if text := os.Getenv("HUBOPS_KILL_POINTS"); text != "" {
		var err error
		if points, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	const workers = 5 // hubs, each in a clone of its own: after a kill most of the time is spent waiting for the lock to expire
	var recovered sync.Map
	t.Run("hubs", func(t *testing.T) {
		for worker := range min(workers, points) {
			name := fmt.Sprintf("killed-%d", worker)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				v := newVictim(t, name, 3+worker%2)
				took := 4 * time.Second // the first point is in a first install, of which nothing is known
				for point := worker; point < points; point += workers {
					v.change(t, fmt.Sprint("killed-", point))
					after := time.Duration((float64(point) + rand.Float64()) / float64(points) * float64(took)) // #nosec G404 -- no secret
					v.killAfter(t, after, point/workers%2 == 0)
					v.deploy(t)
					recovered.Store(point, true)
					if point == worker {
						v.change(t, "whole")
						took = v.deploy(t)
					}
				}
			})
		}
	})
	count := 0
	recovered.Range(func(any, any) bool { count++; return true })
	t.Logf("%d of %d recovered", count, points)
}

// victim is a hub whose deploys are killed.
type victim struct {
	name, dir string
	env       []string
}

func newVictim(t *testing.T, name string, helm int) *victim {
	t.Helper()
	v := &victim{name: name, dir: t.TempDir()}
	v.env = append(append(os.Environ(), stageEnv()...), "PATH="+stage.bin+":"+os.Getenv("PATH"), "HOME="+v.dir, "HELM="+strconv.Itoa(helm), "CI=", "TRAVIS=",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	chart := filepath.Join(v.dir, "hub-charts", name)
	for file, content := range map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n", "templates/hub.yaml": killedChart, "values.yaml": "version: none\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(chart, file)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(chart, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v.command(t, "git", "init", "--quiet")
	v.command(t, "git", "add", "--all")
	v.command(t, "git", "commit", "--quiet", "--message", "a hub")
	return v
}

// killedChart has a claim, a workload that takes a moment, and a hook.
const killedChart = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: hub-db-dir}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  minReadySeconds: 1
  selector: {matchLabels: {component: hub}}
  template:
    metadata: {labels: {component: hub}, annotations: {version: {{ .Values.version | quote }}}}
    spec: {containers: [{name: hub, image: "hub:1"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: hook, annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}
`

// change makes the next deploy have something to do.
func (v *victim) change(t *testing.T, version string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(v.dir, "hub-charts", v.name, "values.yaml"), []byte("version: "+version+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// deploy must end deployed, whatever was before; it returns how long that took.
func (v *victim) deploy(t *testing.T) time.Duration {
	t.Helper()
	start := time.Now()
	v.command(t, filepath.Join(stage.bin, "mage"), "deploy:hub", v.name)
	took := time.Since(start)
	current, err := (&sandbox.Sandbox{Dir: stage.sandboxDir}).Current()
	if err != nil {
		t.Fatal(err)
	}
	states := v.command(t, tool("kubectl"), "--kubeconfig", current.Kubeconfig, "get", "secrets", "--namespace", v.name, "--selector", "owner=helm",
		"--sort-by", ".metadata.creationTimestamp", "--output", `jsonpath={range .items[*]}{.metadata.labels.status}{"\n"}{end}`)
	lines := strings.Fields(states)
	deployed := 0
	for _, line := range lines {
		if line == "deployed" {
			deployed++
		}
	}
	if deployed != 1 {
		t.Errorf("%s: the revisions are %q", v.name, lines)
	}
	return took
}

// killAfter starts a deploy and kills it: with everything that it has started, or only itself.
func (v *victim) killAfter(t *testing.T, after time.Duration, all bool) {
	t.Helper()
	var log bytes.Buffer
	command := exec.CommandContext(context.Background(), filepath.Join(stage.bin, "mage"), "deploy:hub", v.name)
	command.Dir, command.Env, command.Stderr = v.dir, v.env, &log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	pids := []int{command.Process.Pid}
	if all {
		pids = append(descendants(command.Process.Pid), pids...) // children first: none of them hears that its parent has died
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = command.Wait()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	t.Logf("%s: killed after %s (with its children: %v), at: %.100s", v.name, after.Round(time.Millisecond), all, lines[len(lines)-1])
}

func (v *victim) command(t *testing.T, name string, args ...string) string {
	t.Helper()
	log := &testLog{}
	runner := &process.Runner{Env: v.env, Log: log}
	out, err := runner.Output(t.Context(), process.Cmd{Name: name, Args: args, Dir: v.dir})
	if err != nil {
		t.Fatalf("%v\n%s", err, process.Output(err))
	}
	return string(out)
}

type testLog struct{}

func (*testLog) Command(_, _ string) {}
func (*testLog) Line(_, _ string)    {}
