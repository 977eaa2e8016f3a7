package kernel

import (
	"os"
	"path/filepath"
	"testing"
)

// A file takes the place of the kernel's: it keeps what was written to it last.
func TestControllersThatTheMachineHasAreEnabledOnce(t *testing.T) {
	for _, c := range []struct{ there, given, want string }{
		{"cpuset cpu io memory pids\n", "cpu memory pids\n", "+cpuset"},
		{"cpu memory pids rdma\n", "cpu memory\n", "+pids"},
		{"cpu memory\n", "cpu memory\n", "cpu memory\n"},
	} {
		top := t.TempDir()
		for name, content := range map[string]string{"cgroup.controllers": c.there, "cgroup.subtree_control": c.given} {
			if err := os.WriteFile(filepath.Join(top, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := enable(top); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(top, "cgroup.subtree_control")); err != nil || string(got) != c.want {
			t.Errorf("%+v: got %q, %v", c, got, err)
		}
	}
	if err := enable(t.TempDir()); err != nil {
		t.Errorf("v1: %v", err)
	}
}

// The kernel's own files in a cgroup go with it; here directories stand for cgroups.
func TestCgroupsAreRemovedFromWithin(t *testing.T) {
	top := filepath.Join(t.TempDir(), "hub-ops-1")
	if err := os.MkdirAll(filepath.Join(top, "kubepods", "pod-1", "container"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := removeEach([]string{top, filepath.Join(top, "none")}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(top); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
