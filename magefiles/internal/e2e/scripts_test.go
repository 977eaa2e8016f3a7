package e2e

import (
	"context"
	"flag"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain is also the credential helper that some tests install.
func TestMain(m *testing.M) {
	if strings.HasPrefix(filepath.Base(os.Args[0]), helperPrefix) {
		os.Exit(credentialHelper())
	}
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(scriptsACore*runtime.GOMAXPROCS(0))); err != nil {
		os.Exit(failed(err))
	}
	stage.environ = os.Environ()
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
	if err := buildTools(ctx, "registry", "crane", "helm", "helm3", "buildctl", "buildkitd", "sops", "hugo", "golangci-lint", "cosign", "rootlesskit"); err != nil {
		return failed(err)
	}
	return m.Run()
}

// TestScripts runs the scripts that are right at any speed, several at a time.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true, Cmds: commands, Setup: setUp})
}

// TestScriptsAlone runs, one at a time, the scripts that say when something happens, such as a container that ends three seconds after its start, and
// those that make in the cluster what others would stumble over.
func TestScriptsAlone(t *testing.T) {
	var turn sync.Mutex
	testscript.Run(t, testscript.Params{
		Dir: "testdata/alone", RequireExplicitExec: true, Cmds: commands,
		Setup: func(env *testscript.Env) error {
			turn.Lock()
			env.Defer(turn.Unlock)
			return setUp(env)
		},
	})
}

// setUp gives a script its environment.
func setUp(env *testscript.Env) error {
	env.Values[theTest{}] = env.T()
	home := filepath.Join(env.WorkDir, ".home")
	env.Vars = append(env.Vars, stageEnv()...)
	env.Vars = append(env.Vars,
		"PROJECT="+stage.root, "KUBECTL="+tool("kubectl"), "TOOLS="+filepath.Join(stage.cache, "tools"),
		"HOME="+home, "SANDBOX_KUBECONFIG="+filepath.Join(stage.sandboxDir, "kubeconfig"), "PATH="+stage.bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		// What the machine's own git is set to is no part of a test.
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
	)
	// A sandbox of the script's own is in .s, and ends with the script, however that ends.
	env.Defer(func() { endSandbox(filepath.Join(env.WorkDir, ".s")) })
	return os.Mkdir(home, 0o700)
}
