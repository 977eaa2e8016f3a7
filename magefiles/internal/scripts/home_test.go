package scripts

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const stuckPod = `apiVersion: apps/v1
kind: Deployment
metadata: {name: proxy}
spec:
  selector: {matchLabels: {component: proxy}}
  template:
    metadata: {labels: {component: proxy}}
    spec: {nodeSelector: {machine: none}, containers: [{name: proxy, image: "proxy:1"}]}
`

// TestHomeUntouched hashes an operator's home before and after each target, in success, in failure and when the run is
// killed: what kubectl, docker and gcloud keep there is as it was, and nothing is new.
func TestHomeUntouched(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	kubeconfig, err := os.ReadFile(filepath.Join(stage.sandboxDir, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	w.write(w.home, ".kube/config", string(kubeconfig))
	w.write(w.home, ".docker/config.json", `{"auths": {"registry.example.org": {"auth": "YTpi"}}}`)
	w.write(w.home, ".config/gcloud/active_config", "default")
	w.write(w.home, ".config/gcloud/configurations/config_default", "[core]\nproject = p\n")
	w.write(w.home, ".config/helm/repositories.yaml", "apiVersion: v1\nrepositories: []\n")
	w.hub("home-good", "CHART/templates/x.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
		"user-images/home-good/Dockerfile", "FROM scratch\nCOPY x /\n", "user-images/home-good/x", "x")
	w.hub("home-bad", "CHART/templates/x.yaml", "{{ fail \"no\" }}", "user-images/home-bad/Dockerfile", "FROM scratch\nCOPY none /\n")
	w.hub("home-stuck", "CHART/templates/x.yaml", stuckPod)
	w.must("git", "init", "--quiet", "--initial-branch", "master")
	w.must("git", "add", "--all")
	w.must("git", "commit", "--quiet", "--message", "a commit")
	before := listing(t, w.home)
	check := func(what string) {
		t.Helper()
		if now := listing(t, w.home); !slices.Equal(now, before) {
			t.Fatalf("%s: the home directory was\n%s\nand is\n%s", what, strings.Join(before, "\n"), strings.Join(now, "\n"))
		}
	}
	own := []string{"SANDBOX=0", "NO_SETUP=1", "YES=1"}
	for _, run := range []struct {
		args []string
		env  []string
		code int
	}{
		{[]string{"setup"}, nil, 0},
		{[]string{"plan"}, nil, 0},
		{[]string{"push:hub", "home-good"}, nil, 0},
		{[]string{"deploy:hub", "home-good"}, nil, 0},
		{[]string{"rollout:hub", "home-good"}, nil, 7},
		{[]string{"status"}, nil, 0},
		{[]string{"ci:gates"}, nil, 0},
		{[]string{"build:hub", "home-bad"}, nil, 4},
		{[]string{"deploy:hub", "home-stuck"}, append(own, "DEPLOY_TIMEOUT=3"), 6},
		{[]string{"status"}, own, 3}, // the registry is out of reach
		{[]string{"deploy:hub", "none"}, nil, 2},
	} {
		code, out := w.mage(run.args, run.env...)
		if code != run.code {
			t.Errorf("mage %s: exit code %d, want %d\n%s", strings.Join(run.args, " "), code, run.code, out)
		}
		check(strings.Join(run.args, " "))
	}
	w.killed(check)
}

// killed kills a deploy while helm waits.
func (w *watched) killed(check func(string)) {
	w.t.Helper()
	cmd := w.command(w.t.Context(), filepath.Join(stage.bin, "mage"), "deploy:hub", "home-stuck")
	cmd.Env = append(cmd.Env, "DEPLOY_TIMEOUT=20")
	log, err := os.Create(filepath.Join(w.tmp, "log"))
	if err != nil {
		w.t.Fatal(err)
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for range 600 {
		if content, _ := os.ReadFile(log.Name()); strings.Contains(string(content), "$ helm upgrade") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(time.Second)
	_ = cmd.Cancel()
	_ = cmd.Wait()
	check("SIGKILL")
	left := len(w.remains())
	if code, out := w.mage([]string{"ci:gates"}); code != 0 {
		w.t.Errorf("after SIGKILL: %d\n%s", code, out)
	}
	if left == 0 || len(w.remains()) >= left {
		w.t.Errorf("the next run swept nothing: %d private directories, then %q", left, w.remains())
	}
	check("the run after SIGKILL")
}
