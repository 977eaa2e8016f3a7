package kube

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api/apitest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// noted notes what a run says of a hub.
type noted struct{ lines []string }

func (n *noted) Command(string, string) {}
func (n *noted) Line(_, line string)    { n.lines = append(n.lines, line) }

// JupyterHub's chart lets the DaemonSet that pulls images ahead be missing everywhere: a node that is slow to pull holds up no deploy.
func TestADaemonSetThatMayBeMissingIsAwaitedOnOneNode(t *testing.T) {
	var asked, after atomic.Int32
	client := &Client{Server: apitest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/apis/apps/v1/namespaces/botany/daemonsets/puller" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		available := 0
		if asked.Add(1) > after.Load() {
			available = 1
		}
		_, _ = fmt.Fprintf(w, `{"metadata": {"name": "puller"}, "spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "100%%"}}},
			"status": {"desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": %d}}`, available)
	})}
	said := new(noted)
	client.Run = &process.Runner{Log: said}
	puller := new(diagnosis.Object)
	puller.Kind, puller.Metadata.Name, puller.Status.DesiredNumberScheduled = "DaemonSet", "puller", 3
	puller.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable = "100%"
	after.Store(1)
	if err := client.Rollout(t.Context(), layout.Plain("botany"), []*diagnosis.Object{puller}, time.Minute); err != nil || asked.Load() != 2 {
		t.Errorf("asked %d times: %v", asked.Load(), err)
	}
	if len(said.lines) != 1 || !strings.Contains(said.lines[0], "available on 1 of 3 nodes, which is enough") {
		t.Errorf("said %q", said.lines)
	}
	after.Store(1000)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := client.Rollout(ctx, layout.Plain("botany"), []*diagnosis.Object{puller}, time.Minute); exit.Code(err) != exit.Rollout || !strings.Contains(err.Error(), "daemonset/puller of hub botany is not rolled out") {
		t.Errorf("got %v", err)
	}
}

// An API server that is away for a moment ends no deploy: kubectl, which asks once, is run again.
func TestRolloutOutlivesAnAPIServerThatIsAway(t *testing.T) {
	for said, want := range map[string]string{
		"Unable to connect to the server: net/http: TLS handshake timeout":                               "xx",
		"The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?": "xx",
		`Error from server (NotFound): deployments.apps "hub" not found`:                                 "x",
	} {
		dir := t.TempDir()
		script := "#!/bin/sh\nprintf x >>" + dir + "/asked\n[ -e " + dir + "/first ] && exit\ntouch " + dir + "/first\necho '" + said + "' >&2\nexit 1\n"
		client := &Client{Server: apitest.Serve(t, func(http.ResponseWriter, *http.Request) {})}
		client.Run, client.Path, client.Patience = &process.Runner{Log: new(noted), Env: os.Environ()}, filepath.Join(dir, "kubectl"), time.Minute
		if err := os.WriteFile(client.Path, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		hub := new(diagnosis.Object)
		hub.Kind, hub.Metadata.Name = "Deployment", "hub"
		err := client.Rollout(t.Context(), layout.Plain("botany"), []*diagnosis.Object{hub}, time.Minute)
		asked, _ := os.ReadFile(filepath.Join(dir, "asked"))
		if string(asked) != want || (err == nil) != (want == "xx") {
			t.Errorf("%s: %s, %v", said, asked, err)
		}
	}
}
