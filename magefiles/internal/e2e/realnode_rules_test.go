package e2e

import (
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/behaviour"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/sandbox"
)

// hidesRules runs a command where this machine has no program that writes rules, in mounts of its own.
const hidesRules = `for program in {/usr/local,/usr,}/{sbin,bin}/{iptables,nft}; do
  if test -e "$program"; then mount --bind /dev/null "$program" || exit 1; fi
done
exec "$@"`

// A machine without iptables and nft, as a fresh Debian is: the node itself leads connections to services, by their names, from pods and from outside, and
// none to one without a pod. A second sandbox beside it, with rules, has the same names and addresses inside: each is reached, and neither hears of the other.
func TestRealNodeWithoutRulesAndAnotherBesideIt(t *testing.T) {
	needsNode(t)
	programs.Need(t.Context(), t, "unshare", "mount", "iptables", "bash")
	first, second := &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}, &nodeVictim{dir: filepath.Join(t.TempDir(), "box")}
	t.Cleanup(func() { first.run(t, "sandbox:down") })
	plain := onNode(t.Context(), first.dir, "sandbox:up")
	up := exec.CommandContext(t.Context(), "unshare", append([]string{"--mount", "bash", "-c", hidesRules, "bash"}, plain.Args...)...)
	up.Dir, up.Env = plain.Dir, plain.Env
	out, err := up.CombinedOutput()
	if strings.Contains(string(out), "no real node on this machine: ") {
		programs.NeedNode(t, string(out))
	}
	if err != nil || !strings.Contains(string(out), "the node itself leads connections to services") {
		t.Fatalf("%v\n%s", err, out)
	}
	first.serve(t, "200")
	for name, address := range map[string]string{"client": "web.default.svc.cluster.local:80", "server": "kubernetes.default.svc.cluster.local:443", "nobody": "empty.default.svc.cluster.local:80"} {
		first.kubectl(t, "run", name, "--image", first.image(t), "--restart", "Never", "--", "dial", address)
	}
	first.kubectl(t, "wait", "pod/client", "pod/server", "--for", "condition=Ready", "--timeout", "60s")
	first.kubectl(t, "wait", "pod/nobody", "--for", "jsonpath={.status.phase}=Failed", "--timeout", "60s")
	first.answers(t, "200 ")

	t.Cleanup(func() { second.run(t, "sandbox:down") })
	second.run(t, "sandbox:up")
	second.serve(t, "404")
	second.answers(t, "404 ")
	first.answers(t, "200 ")
	second.run(t, "sandbox:down")
	first.answers(t, "200 ")
}

// image is that of package dev/behaviour in the node's registry.
func (v *nodeVictim) image(t *testing.T) string {
	t.Helper()
	current, err := (&sandbox.Sandbox{Dir: v.dir}).Current()
	if err != nil {
		t.Fatal(err)
	}
	return behaviour.Image(current.Registry)
}

// serve lets the node have a pod that answers with a status, behind a load balancer, and a service without a pod.
func (v *nodeVictim) serve(t *testing.T, status string) {
	t.Helper()
	image := v.image(t)
	registry, _, _ := strings.Cut(image, "/")
	if _, err := behaviour.Push(t.Context(), newRunner(stage.environ), stage.root, t.TempDir(), registry); err != nil {
		t.Fatal(err)
	}
	v.kubectl(t, "create", "service", "clusterip", "empty", "--tcp", "80:8000")
	v.kubectl(t, "create", "service", "loadbalancer", "web", "--tcp", "80:8000")
	v.kubectl(t, "run", "web", "--image", image, "--labels", "app=web", "--", "serve", status)
	v.kubectl(t, "wait", "pod/web", "--for", "condition=Ready", "--timeout", "60s")
}

// answers waits until the node's load balancer answers with a status.
func (v *nodeVictim) answers(t *testing.T, status string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		said := answerOf(&sandbox.Sandbox{Dir: v.dir})
		if strings.HasPrefix(said, status) {
			return
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
