package e2e

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// TestRealNodeLeavesDockerAlone has a container of this machine's Docker running beside a real node: it, its published port and the rules that lead there
// stay as they were, while the node comes, has a pod, and goes.
func TestRealNodeLeavesDockerAlone(t *testing.T) {
	needsNode(t)
	programs.Need(t.Context(), t, "docker", "tar")
	docker := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "docker", args...).CombinedOutput() // also when the test has ended
		if err != nil {
			t.Fatalf("docker %s: %v\n%s", args[0], err, out)
		}
		return strings.TrimSpace(string(out))
	}
	work := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(work, "behave"), "./magefiles/internal/dev/behaviour/testdata/program")
	build.Dir, build.Env = stage.root, append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), "tar", "--create", "--file", filepath.Join(work, "image.tar"), "--directory", work, "behave").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	image := docker("import", filepath.Join(work, "image.tar"))
	t.Cleanup(func() { docker("image", "rm", "--force", image) })
	id := docker("run", "--detach", "--publish", "127.0.0.1::8000", image, "/behave", "serve", "200")
	t.Cleanup(func() { docker("rm", "--force", id) })
	address := docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id)
	seen := func() string {
		t.Helper()
		found := []string{docker("inspect", "--format", "{{.State.Status}} {{.State.Pid}} {{.State.StartedAt}} {{.RestartCount}}", id)}
		response, err := http.Get("http://" + docker("port", id, "8000/tcp")) //nolint:noctx // on this machine
		if err != nil {
			return err.Error()
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		found = append(found, response.Status)
		rules, err := exec.CommandContext(t.Context(), "iptables-save").Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(rules)) {
			policy := strings.HasPrefix(line, ":FORWARD ") || strings.HasPrefix(line, ":POSTROUTING ")
			if rule := strings.TrimSpace(line); strings.Contains(rule, address+"/") || strings.Contains(rule, " docker0 ") || policy {
				rule, _, _ = strings.Cut(rule, " [")
				found = append(found, rule)
			}
		}
		return strings.Join(found, "\n")
	}
	before := seen()
	if strings.Count(before, "\n") < 3 {
		t.Fatalf("only this is seen of Docker's container: %s", before)
	}
	v := &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}
	t.Cleanup(func() { v.run(t, "sandbox:down") })
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"the node is up", func() { v.run(t, "sandbox:up") }}, {"it has a pod", func() { v.runPod(t) }}, {"it is down", func() { v.run(t, "sandbox:down") }},
	} {
		if step.do(); seen() != before {
			t.Errorf("when %s:\n%s\nbefore:\n%s", step.name, seen(), before)
		}
	}
}
