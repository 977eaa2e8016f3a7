// Package e2e tests the targets as an operator uses them: each script in testdata runs mage, for real, against a
// sandbox that all of them share. What a script may call beside its standard commands is in README.md.
package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"

	"github.com/rogpeppe/go-internal/testscript"
)

// stage is what all scripts share.
var stage theStage

type theStage struct {
	environ    []string // of the test process
	bin        string   // directory with mage, compiled with the race detector
	root       string   // of the project
	sandboxDir string
	cache      string
	goEnv      []string // GOCACHE and the like, for what compiles
}

// variable returns the value of a variable of the test process, "" if it is not set.
func (s *theStage) variable(name string) string {
	for _, pair := range s.environ {
		if value, found := strings.CutPrefix(pair, name+"="); found {
			return value
		}
	}
	return ""
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// prepare compiles mage and finds the caches.
func prepare(ctx context.Context, dir string) (err error) {
	if stage.root, err = filepath.Abs("../../.."); err != nil {
		return err
	}
	stage.bin, stage.sandboxDir = filepath.Join(dir, "bin"), filepath.Join(dir, "sandbox")
	if err := os.Mkdir(stage.bin, 0o750); err != nil {
		return err
	}
	if stage.cache = stage.variable("HUBOPS_CACHE"); stage.cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		stage.cache = filepath.Join(base, "hub-ops")
	}
	runner := newRunner(stage.environ)
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GONOSUMDB", "GOFLAGS", "GONOSUMCHECK", "GOSUMDB", "GOTOOLCHAIN"}
	out, err := runner.Output(ctx, process.Cmd{Name: "go", Args: append([]string{"env"}, names...)})
	if err != nil {
		return err
	}
	for i, value := range strings.Split(strings.TrimRight(string(out), "\n"), "\n") {
		if i < len(names) && names[i] == "GOFLAGS" { // without paths in them, copies of the project share what is compiled
			value = strings.TrimSpace(value + " -trimpath")
		}
		if i < len(names) && value != "" {
			stage.goEnv = append(stage.goEnv, names[i]+"="+value)
		}
	}
	return runner.Run(ctx, process.Cmd{
		Name: "go", Args: []string{"tool", "mage", "-compile", filepath.Join(stage.bin, "mage")},
		Dir: stage.root, Env: []string{"GOFLAGS=-race"},
	})
}

// buildTools builds what scripts run beside what mage itself builds.
func buildTools(ctx context.Context, names ...string) error {
	console := ui.New(os.Stderr, os.Stderr, false)
	box := &toolchain.Box{Run: newRunner(stage.environ), Console: console, Modules: toolchain.Modules(""), Cache: stage.cache}
	_, err := box.Ensure(ctx, names...)
	return err
}

// mage runs a target outside of any script.
func mage(ctx context.Context, target string) error {
	runner := newRunner(append(slices.Clone(stage.environ), stageEnv()...))
	return runner.Run(ctx, process.Cmd{Name: filepath.Join(stage.bin, "mage"), Args: []string{target}, Dir: stage.root})
}

// stageEnv is the environment of every run. A simulated pod that starts goes on: only the scripts of settling wait as long as
// operators do. Nodes are played: TestRealNode alone has a real one.
func stageEnv() []string {
	return append([]string{
		"SETTLE=1s", "SANDBOX_HUB=program", "SANDBOX_NODES=" + sandbox.Played, "HUBOPS_CACHE=" + stage.cache, "HUBOPS_SANDBOX_DIR=" + stage.sandboxDir,
	}, stage.goEnv...)
}

func newRunner(env []string) *process.Runner { return &process.Runner{Env: env, Log: toStderr{}} }

type toStderr struct{}

func (toStderr) Command(_, command string) { fmt.Fprintln(os.Stderr, "$", command) }
func (toStderr) Line(_, line string)       { fmt.Fprintln(os.Stderr, line) }

func endSandbox(dir string) {
	box := &sandbox.Sandbox{Dir: dir, Run: newRunner(stage.environ), Console: ui.New(os.Stdout, os.Stderr, false)}
	if err := box.Down(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// needs PROGRAM... leaves the script out where one of them cannot be used. It comes first in a script.
func needs(ts *testscript.TestScript, _ bool, names []string) {
	programs.Need(context.Background(), ts.Value(theTest{}).(testscript.T), names...)
}

// theTest is the key under which a script has its test.
type theTest struct{}
