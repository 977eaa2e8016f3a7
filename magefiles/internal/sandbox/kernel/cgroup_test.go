package kernel

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// On RHEL 8, Ubuntu 20.04 and Amazon Linux 2 some controllers of v1 are links, and on others all are directories.
func TestControllersOfVersion1AreFoundBehindLinks(t *testing.T) {
	top := t.TempDir()
	for _, dir := range []string{"cpu,cpuacct", "memory", "systemd", "unified"} {
		if err := os.Mkdir(filepath.Join(top, dir), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := hierarchies(top); err == nil || !strings.Contains(err.Error(), "no cgroups of memory and cpu in ") {
		t.Errorf("without cpu: got %v", err)
	}
	for _, link := range []string{"cpu", "cpuacct"} {
		if err := os.Symlink("cpu,cpuacct", filepath.Join(top, link)); err != nil {
			t.Fatal(err)
		}
	}
	found, err := hierarchies(top)
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	if err != nil || !slices.Equal(found, []string{"cpu", "cpu,cpuacct", "cpuacct", "memory", "systemd"}) {
		t.Errorf("got %q, %v", found, err)
	}
}

func TestVersion2IsOneHierarchy(t *testing.T) {
	top := t.TempDir()
	if err := os.WriteFile(filepath.Join(top, "cgroup.controllers"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found, err := hierarchies(top); err != nil || !slices.Equal(found, []string{top}) {
		t.Errorf("got %q, %v", found, err)
	}
}

// In a container of cgroup v2 the kernel refuses limits: what helps is said, and what is in no container's way is not blamed on one.
func TestProcessesInTheTopCgroupAreToldWithARemedy(t *testing.T) {
	err := noLimits("/top", &fs.PathError{Op: "write", Path: "/top/cgroup.subtree_control", Err: syscall.EBUSY})
	if !strings.Contains(err.Error(), "processes are in /top itself") || !strings.Contains(exit.Remedy(err), "/top/init/cgroup.procs") {
		t.Errorf("got %v", err)
	}
	if err := noLimits("/top", fs.ErrPermission); exit.Remedy(err) != "" || !strings.Contains(err.Error(), "permission") {
		t.Errorf("got %v", err)
	}
}

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
