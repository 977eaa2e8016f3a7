package e2e

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/behaviour"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/sandbox"
)

// pathWithout is a PATH that has all programs of this machine but some.
func pathWithout(t *testing.T, hidden ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range filepath.SplitList(stage.variable("PATH")) {
		entries, _ := os.ReadDir(from) // some of a PATH are not there
		for _, entry := range entries {
			if !slices.Contains(hidden, entry.Name()) {
				_ = os.Symlink(filepath.Join(from, entry.Name()), filepath.Join(dir, entry.Name())) // the first of a name counts
			}
		}
	}
	return dir
}

// A machine without iptables and nft, as a fresh Debian is: the node itself leads connections to services, by their names, from pods and from outside, and
// none to one without a pod.
func TestRealNodeWithoutRules(t *testing.T) {
	needsNode(t)
	dir := filepath.Join(t.TempDir(), "box")
	up := onNode(t.Context(), dir, "sandbox:up")
	up.Env = append(up.Env, "PATH="+pathWithout(t, "iptables", "nft"))
	t.Cleanup(func() { (&nodeVictim{dir: dir}).run(t, "sandbox:down") })
	out, err := up.CombinedOutput()
	if strings.Contains(string(out), "no real node on this machine: ") {
		programs.NeedNode(t, string(out))
	}
	if err != nil || !strings.Contains(string(out), "the node itself leads connections to services") {
		t.Fatalf("%v\n%s", err, out)
	}
	box := &sandbox.Sandbox{Dir: dir}
	current, err := box.Current()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := behaviour.Push(t.Context(), newRunner(stage.environ), stage.root, t.TempDir(), current.Registry); err != nil {
		t.Fatal(err)
	}
	kubectl := func(args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), tool("kubectl"), append([]string{"--kubeconfig", current.Kubeconfig}, args...)...).CombinedOutput(); err != nil {
			events, _ := exec.CommandContext(t.Context(), tool("kubectl"), "--kubeconfig", current.Kubeconfig, "get", "events,pods").CombinedOutput()
			t.Fatalf("kubectl %s: %v\n%s\n%s", strings.Join(args, " "), err, out, events)
		}
	}
	image := behaviour.Image(current.Registry)
	kubectl("create", "service", "clusterip", "empty", "--tcp", "80:8000")
	kubectl("create", "service", "loadbalancer", "web", "--tcp", "80:8000")
	kubectl("run", "web", "--image", image, "--labels", "app=web", "--", "serve", "200")
	kubectl("wait", "pod/web", "--for", "condition=Ready", "--timeout", "60s")
	kubectl("run", "client", "--image", image, "--restart", "Never", "--", "dial", "web.default.svc.cluster.local:80")
	kubectl("run", "server", "--image", image, "--restart", "Never", "--", "dial", "kubernetes.default.svc.cluster.local:443")
	kubectl("run", "nobody", "--image", image, "--restart", "Never", "--", "dial", "empty.default.svc.cluster.local:80")
	kubectl("wait", "pod/client", "pod/server", "--for", "condition=Ready", "--timeout", "60s")
	kubectl("wait", "pod/nobody", "--for", "jsonpath={.status.phase}=Failed", "--timeout", "60s")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		said := answerOf(box)
		if strings.HasPrefix(said, "200 ") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("from outside: %s", said)
		}
	}
}

// answerOf is what the first service that is reached from this machine answers.
func answerOf(box *sandbox.Sandbox) string {
	reached, err := box.Reach()
	if err != nil || len(reached) == 0 {
		return "no service is reached"
	}
	response, err := http.Get(reached[0].URLs[0]) //nolint:noctx // on this machine
	if err != nil {
		return err.Error()
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.Status
}
