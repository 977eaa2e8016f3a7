package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestNodesAreThoseThatAreAskedFor(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for asked, because := range map[string]string{"": "runc is not installed, nor gcc, to build it; install Debian's package runc", Played: "SANDBOX_NODES=played"} {
		got, err := (&Sandbox{Nodes: asked}).chooseNodes(t.Context())
		if asked == "" && os.Geteuid() != 0 {
			because = "this user is not root"
		}
		if err != nil || got != played(because) {
			t.Errorf("%q: got %s, %v", asked, got, err)
		}
	}
	_, err := (&Sandbox{Nodes: Real}).chooseNodes(t.Context())
	if err == nil || exit.Code(err) != exit.Setup || !strings.HasPrefix(err.Error(), "no real node on this machine: ") || !strings.Contains(err.Error(), "SANDBOX_NODES=played") {
		t.Errorf("got %v", err)
	}
}

func TestReachIsWhatTheNodeWroteDown(t *testing.T) {
	box := &Sandbox{Dir: t.TempDir()}
	if found, err := box.Reach(); err != nil || found != nil {
		t.Errorf("played: got %v, %v", found, err)
	}
	if err := os.MkdirAll(box.path("node"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(box.path("node/reach.json"), []byte(`{"b/proxy-public":["http://127.1.1.2"],"a/proxy-public":["http://127.1.1.1"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := box.Reach()
	if err != nil || len(found) != 2 || found[0].Namespace != "a" || found[0].Service != "proxy-public" || found[1].URLs[0] != "http://127.1.1.2" {
		t.Errorf("got %v, %v", found, err)
	}
}

func TestLogsOfANodeThatDoesNotStartAreTold(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"etcd": "", "containerd": "level=info msg=a\nlevel=error msg=\"no overlayfs\"\n"} {
		if err := os.WriteFile(filepath.Join(dir, name+".log"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := lastWords(dir, []string{"etcd", "containerd", "kubelet"}); got != `; containerd said last: level=error msg="no overlayfs"` {
		t.Errorf("got %q", got)
	}
}
