package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// secondCluster starts a cluster beside the sandbox's: an API server, a database and controllers of its own. It lays a kubeconfig
// ".s/second.kubeconfig", whose context "second" leads there by way of a proxy that hangs up on everybody as long as there is a file "away", and
// takes its time as long as there is a file "slow". The variable SECOND has a kubeconfig that leads there directly.
func secondCluster(ts *testscript.TestScript, _ bool, _ []string) {
	run, console := newRunner(stage.environ), ui.New(os.Stdout, os.Stderr, false)
	box := &sandbox.Sandbox{
		Dir: ts.MkAbs(".s"), Run: run, Console: console, Nodes: sandbox.Played, // setUp ends it
		Tools: &toolchain.Box{Run: run, Console: console, Modules: toolchain.Modules(""), Cache: stage.cache},
	}
	started, err := box.Up(context.Background())
	ts.Check(err)
	ts.Setenv("SECOND", started.Kubeconfig)
	content := strings.NewReplacer("kwok-sandbox", "second", "kwok-admin", "second-admin").Replace(byProxy(ts, started.Kubeconfig))
	ts.Check(os.WriteFile(filepath.Clean(ts.MkAbs(".s/second.kubeconfig")), []byte(content), 0o600))
}
