package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/hubimage"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

func TestDiskIsAskedForAllThatASandboxBuilds(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no runc
	said := new(bytes.Buffer)
	console := ui.New(said, said, false)
	run := &process.Runner{Env: os.Environ(), Log: console}
	box := &Sandbox{
		Dir: t.TempDir(), Run: run, Console: console, BuildKit: true,
		Tools: &toolchain.Box{Run: run, Console: console, Modules: toolchain.Modules(""), Cache: filepath.Join(t.TempDir(), "cache")},
	}
	if err := box.checkDisk(t.Context(), nodes{kind: Real, rules: "iptables"}, &hubimage.Image{}); err != nil { // this disk has less
		said.WriteString(err.Error() + "\n")
	}
	for _, part := range []string{"tools of cluster", "tools of containerd", "tools of cni", "tools of buildkit", "tools of runc", fmt.Sprintf("an image of a JupyterHub %.1f", hubimage.Gigabytes)} {
		if !strings.Contains(said.String(), part) || strings.Count(said.String(), "\n") != 1 {
			t.Errorf("no %q in %q", part, said)
		}
	}
}
