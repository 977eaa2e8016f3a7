// Package e2e tests the targets as an operator uses them: each script in testdata runs mage, for real, against a
// sandbox that all of them share. What a script may call beside its standard commands is in commands_test.go.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// stage is what all scripts share.
var stage struct {
	bin        string // directory with mage, compiled with the race detector
	root       string // of the project
	sandboxDir string
	cache      string
	goEnv      []string // GOCACHE and the like, for what compiles
}

// TestMain is also the credential helper that some tests install.
func TestMain(m *testing.M) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), helperPrefix) {
		os.Exit(credentialHelper())
	}
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(scriptsACore*runtime.GOMAXPROCS(0))); err != nil {
		os.Exit(failed(err))
	}
	os.Exit(runAll(m))
}

// scriptsACore is how many scripts run at a time on each core: they wait for the cluster most of the time.
const scriptsACore = 2

func runAll(m *testing.M) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "hub-ops-scripts-")
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := prepare(ctx, dir); err != nil {
		return failed(err)
	}
	defer func() {
		if err := mage(context.WithoutCancel(ctx), "sandbox:down"); err != nil {
			failed(err)
		}
	}()
	if err := mage(ctx, "sandbox:up"); err != nil {
		return failed(err)
	}
	if err := buildTools(ctx, "registry", "helm", "helm3", "buildctl", "buildkitd", "sops", "hugo", "golangci-lint", "cosign", "rootlesskit"); err != nil {
		return failed(err)
	}
	return m.Run()
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
	if stage.cache = os.Getenv("HUBOPS_CACHE"); stage.cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		stage.cache = filepath.Join(base, "hub-ops")
	}
	runner := newRunner(os.Environ())
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GONOSUMDB", "GOFLAGS", "GONOSUMCHECK", "GOSUMDB", "GOTOOLCHAIN"}
	out, err := runner.Output(ctx, process.Cmd{Name: "go", Args: append([]string{"env"}, names...)})
	if err != nil {
		return err
	}
	for i, value := range strings.Split(strings.TrimRight(string(out), "\n"), "\n") {
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
	box := &toolchain.Box{Run: newRunner(os.Environ()), Console: console, Modules: filepath.Join(stage.root, "magefiles", "tools"), Cache: stage.cache}
	_, err := box.Ensure(ctx, names...)
	return err
}

// mage runs a target outside of any script.
func mage(ctx context.Context, target string) error {
	runner := newRunner(append(os.Environ(), stageEnv()...))
	return runner.Run(ctx, process.Cmd{Name: filepath.Join(stage.bin, "mage"), Args: []string{target}, Dir: stage.root})
}

func stageEnv() []string {
	return append([]string{
		"HUBOPS_CACHE=" + stage.cache, "HUBOPS_SANDBOX_DIR=" + stage.sandboxDir,
		"HUBOPS_TOOLS=" + filepath.Join(stage.root, "magefiles", "tools"),
	}, stage.goEnv...)
}

func newRunner(env []string) *process.Runner { return &process.Runner{Env: env, Log: toStderr{}} }

type toStderr struct{}

func (toStderr) Command(_, command string) { fmt.Fprintln(os.Stderr, "$", command) }
func (toStderr) Line(_, line string)       { fmt.Fprintln(os.Stderr, line) }

func endSandbox(dir string) {
	box := &sandbox.Sandbox{Dir: dir, Run: newRunner(os.Environ()), Console: ui.New(os.Stdout, os.Stderr, false)}
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

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, Cmds: commands,
		Setup: func(env *testscript.Env) error {
			env.Values[theTest{}] = env.T()
			home := filepath.Join(env.WorkDir, ".home")
			env.Vars = append(env.Vars, stageEnv()...)
			env.Vars = append(env.Vars,
				"KUBECTL="+tool("kubectl"), "TOOLS="+filepath.Join(stage.cache, "tools"),
				"HOME="+home, "SANDBOX_KUBECONFIG="+filepath.Join(stage.sandboxDir, "kubeconfig"), "PATH="+stage.bin+string(os.PathListSeparator)+os.Getenv("PATH"),
				// What the machine's own git is set to is no part of a test.
				"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
				"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
			)
			// A sandbox of the script's own is in .s, and ends with the script, however that ends.
			env.Defer(func() { endSandbox(filepath.Join(env.WorkDir, ".s")) })
			return os.Mkdir(home, 0o700)
		},
	})
}
