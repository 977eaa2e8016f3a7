package toolchain

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// newTellingBox has the modules of this program, an empty cache that is not there yet, 30 GB of disk, and a console whose lines the test reads.
func newTellingBox(t *testing.T) (*Box, *bytes.Buffer) {
	t.Helper()
	said := new(bytes.Buffer)
	console := ui.New(said, said, false)
	box := &Box{Run: &process.Runner{Env: os.Environ(), Log: console}, Console: console, Modules: Modules(""), Cache: filepath.Join(t.TempDir(), "not", "there")}
	box.free = func(string) (float64, bool) { return 30, true }
	return box, said
}

func TestDiskIsToldInOneLineForAllThatIsBuilt(t *testing.T) {
	box, said := newTellingBox(t)
	image := Beside{What: "an image", Gigabytes: 1.5}
	if err := box.CheckDisk([]string{"kubelet", "helm", "containerd", "bridge"}, image); err != nil {
		t.Fatal(err)
	}
	sum := gigabytes["cluster"] + gigabytes["containerd"] + gigabytes["cni"] + 1.5
	if line := said.String(); strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, fmt.Sprintf("building needs about %.1f GB of disk in %s, which has ", sum, box.Cache)) || !strings.Contains(line, ", an image 1.5") {
		t.Errorf("got %q", line)
	}
	// The builds themselves come later, and do not tell it again.
	said.Reset()
	if err := box.CheckDisk([]string{"kubectl", "bridge"}, image); err != nil || said.Len() > 0 {
		t.Errorf("again: %v, %q", err, said)
	}
}

// Each part has room by itself.
func TestDiskIsAskedForEverythingTogether(t *testing.T) {
	for name, tools := range map[string][]string{"two modules": {"kubelet", "containerd"}, "a module and what is made beside it": {"kubelet"}} {
		t.Run(name, func(t *testing.T) {
			box, said := newTellingBox(t)
			err := box.CheckDisk(tools, Beside{What: "an image", Gigabytes: 30 - gigabytes["cluster"]/2})
			if err == nil || exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), "HUBOPS_CACHE") || said.Len() > 0 {
				t.Errorf("got %v, %q", err, said)
			}
		})
	}
}

func TestBuildThatWasBegunNeedsHalfOfTheDisk(t *testing.T) {
	box, said := newTellingBox(t)
	if err := os.MkdirAll(box.compiled(), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(box.lockFile("cluster"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := box.CheckDisk([]string{"kubelet", "containerd"}); err != nil || !strings.Contains(said.String(), fmt.Sprintf("tools of cluster %.1f, tools of containerd %.1f", gigabytes["cluster"]/2, gigabytes["containerd"])) {
		t.Errorf("got %v, %q", err, said)
	}
}

// What was refused is refused again, whoever asks next in this run.
func TestDiskThatHasNoRoomHasNoneTheNextTime(t *testing.T) {
	box, said := newTellingBox(t)
	box.free = func(string) (float64, bool) { return withClients - 1, true }
	for range 2 {
		if err := box.CheckDisk([]string{"kubectl"}); exit.Code(err) != exit.Setup || said.Len() > 0 {
			t.Errorf("got %v, %q", err, said)
		}
	}
}

// A sandbox needs more of a module than the deploy before it.
func TestDiskIsAskedForTheRestOfAModule(t *testing.T) {
	box, said := newTellingBox(t)
	for _, step := range []struct {
		tools []string
		says  string
	}{
		{[]string{"kubectl"}, fmt.Sprintf("tools of cluster %.1f\n", withClients)},
		{[]string{"helm"}, ""},
		{[]string{"kubelet"}, fmt.Sprintf("tools of cluster %.1f\n", gigabytes["cluster"])},
		{[]string{"kubectl", "etcd"}, ""},
	} {
		said.Reset()
		if err := box.CheckDisk(step.tools); err != nil || !strings.HasSuffix(said.String(), step.says) || step.says == "" && said.Len() > 0 {
			t.Errorf("%q: %v, %q", step.tools, err, said)
		}
	}
}

func TestFreeDiskIsThatOfTheNextDirectoryAbove(t *testing.T) {
	dir := t.TempDir()
	free, known := freeGigabytes(filepath.Join(dir, "not", "there"))
	if here, told := freeGigabytes(dir); !known || !told || free <= 0 || here <= 0 {
		t.Errorf("%.1f of %.1f", free, here)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if free, known := freeGigabytes(filepath.Join(dir, "file")); known {
		t.Errorf("a file has %.1f", free)
	}
}

// A deploy needs two of a cluster's tools.
func TestDeploysNeedLessDiskThanASandbox(t *testing.T) {
	box, said := newTellingBox(t)
	if err := box.CheckDisk([]string{"helm", "kubectl"}); err != nil || !strings.Contains(said.String(), fmt.Sprintf("needs about %.1f GB", withClients)) {
		t.Errorf("got %v, %q", err, said)
	}
}

func TestToolThatIsReadyMadeNeedsLittleDisk(t *testing.T) {
	box, said := newTellingBox(t)
	dir := t.TempDir()
	found, err := box.binary(tools["etcd"])
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"cluster.mod": "module x\n\nrequire go.etcd.io/etcd/server/v3 " + found.version + "\n",
		ReadyMadeFile: "etcd " + found.version + " example.org/etcd@sha256:" + strings.Repeat("a", 64) + " usr/bin/etcd\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	box.Modules = Modules(dir)
	if err := box.CheckDisk([]string{"etcd"}); err != nil || !strings.Contains(said.String(), "needs about 0.2 GB") {
		t.Errorf("got %v, %q", err, said)
	}
}
