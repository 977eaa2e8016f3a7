package bench

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// cut is how long plain helm is waited for.
const cut = 60 * time.Second

// troubles are deploys that cannot succeed: the values that cause the failure, and a text by which output that names the cause
// is recognised.
var troubles = []struct{ name, values, cause string }{
	{"image-not-found", `pod: {hub-ops.sandbox/fails: ImagePullBackOff, hub-ops.sandbox/message: "ErrImagePull: rpc error: code = NotFound desc = failed to resolve reference: not found"}`, `there is no such image|: not found`},
	{"image-unauthorized", `pod: {hub-ops.sandbox/fails: ErrImagePull, hub-ops.sandbox/message: "failed to authorize: 401 Unauthorized"}`, `does not let the cluster pull it|401 Unauthorized`},
	{"invalid-image-name", `pod: {hub-ops.sandbox/fails: InvalidImageName, hub-ops.sandbox/message: "invalid reference format"}`, `no valid name of an image|invalid reference`},
	{"missing-secret", `pod: {hub-ops.sandbox/fails: CreateContainerConfigError, hub-ops.sandbox/message: 'secret "oauth" not found'}`, `no secret oauth|secret "oauth"`},
	{"missing-key", `pod: {hub-ops.sandbox/fails: CreateContainerConfigError, hub-ops.sandbox/message: "couldn't find key client_id in Secret hub/oauth"}`, `key client_id`},
	{"crash-loop", `pod: {hub-ops.sandbox/fails: CrashLoopBackOff}`, `crashes: 3 restarts|CrashLoopBackOff`},
	{"quota", `quota: true`, `would exceed quota small|exceeded quota: small`},
	{"storage-class", `class: fastest`, `StorageClass fastest|"fastest" not found`},
	{"no-node-fits", `nodeSelector: {machine: none}`, `match Pod's node affinity/selector`},
	{"failed-hook", `hook: true`, `hook \(pre-install\) has failed|migrate not ready. status: Failed|BackoffLimitExceeded`},
}

//go:embed trouble/templates/hub.yaml
var troubleTemplate []byte

// Diagnosis measures how long a deploy that cannot succeed takes to tell why, in a sandbox of its own.
type Diagnosis struct {
	Run     *process.Runner
	Console *ui.Console
	Tools   *toolchain.Box
	Scratch string

	helm  string // path
	state *sandbox.State
}

func (d *Diagnosis) path(name string) string { return filepath.Join(d.Scratch, name) }

// Measure prints a line for each trouble: the seconds from the upgrade's start until the right cause is on the screen, and
// the same for plain helm, which is cut off after a minute.
func (d *Diagnosis) Measure(ctx context.Context) (err error) {
	if d.helm, err = d.Tools.Pinned(ctx, "helm"); err != nil {
		return err
	}
	box := &sandbox.Sandbox{Dir: d.path("box"), Run: d.Run, Console: d.Console, Tools: d.Tools}
	if d.state, err = box.Up(ctx); err != nil {
		return err
	}
	defer func() { _ = box.Down(context.WithoutCancel(ctx)) }()
	if err := d.writeTroubles(ctx); err != nil {
		return err
	}
	plain, err := d.measurePlain(ctx)
	if err != nil {
		return err
	}
	for i, trouble := range troubles {
		screen := newScreen(trouble.cause)
		err := d.deploy(ctx, hubOf(i), screen)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			return fmt.Errorf("the deploy with %s has succeeded", trouble.name)
		}
		d.Console.Result("seconds %s %s %s", trouble.name, screen.seconds(), plain[i])
	}
	return nil
}

// writeTroubles makes a project, a Git repository, with a hub for each trouble.
func (d *Diagnosis) writeTroubles(ctx context.Context) error {
	root := d.path("troubles")
	for i, trouble := range troubles {
		err := writeFiles(filepath.Join(root, "hub-charts", hubOf(i)), map[string]string{
			"Chart.yaml":         "apiVersion: v2\nname: " + hubOf(i) + "\nversion: 0.1.0\n",
			"values.yaml":        trouble.values + "\n",
			"templates/hub.yaml": string(troubleTemplate),
		})
		if err != nil {
			return err
		}
	}
	identity := []string{"-c", "user.name=bench", "-c", "user.email=bench@localhost"}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, append(identity, "commit", "--quiet", "--message", "troubles")} {
		if err := d.Run.Run(ctx, process.Cmd{Name: "git", Args: args, Dir: root, Quiet: true}); err != nil {
			return err
		}
	}
	return nil
}

// deploy deploys a hub as an operator does, with this very program; what an operator sees goes to the screen.
func (d *Diagnosis) deploy(ctx context.Context, name string, to *screen) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runner := &process.Runner{Env: d.Run.Env, Log: to}
	return runner.Run(ctx, process.Cmd{Name: self, Args: []string{"deploy:hub", name}, Dir: d.path("troubles"), Env: []string{
		"HUBOPS_SANDBOX_DIR=" + d.path("box"), "HUBOPS_CACHE=" + d.Tools.Cache, "HUBOPS_TOOLS=" + d.Tools.Modules, "SANDBOX=1", "CI=", "NO_SETUP=",
	}})
}

// measurePlain measures helm alone, all troubles at once: they wait most of the time, and are not to be measured one by one for
// ten minutes.
func (d *Diagnosis) measurePlain(ctx context.Context) ([]string, error) {
	plain := make([]string, len(troubles))
	var group errgroup.Group
	d.Console.Info("", "plain helm, each of %d for up to %s", len(troubles), cut)
	for i := range troubles {
		group.Go(func() (err error) {
			plain[i], err = d.plain(ctx, i)
			return err
		})
	}
	return plain, group.Wait()
}

// hubOf returns the name of the hub with a trouble. The name does not contain the cause.
func hubOf(i int) string { return fmt.Sprintf("hub-%d", i) }

// plain measures helm alone.
func (d *Diagnosis) plain(ctx context.Context, i int) (string, error) {
	limited, cancel := context.WithTimeout(ctx, cut)
	defer cancel()
	screen := newScreen(troubles[i].cause)
	screen.begin()
	name := hubOf(i)
	args := []string{"upgrade", "--install", "--create-namespace", "--namespace", "plain-" + name, name, filepath.Join(d.path("troubles"), "hub-charts", name), "--wait", "--timeout", "600s"}
	runner := &process.Runner{Env: d.Run.Env, Log: screen}
	if err := runner.Run(limited, process.Cmd{Name: d.helm, Args: args, Env: []string{
		"KUBECONFIG=" + d.state.Kubeconfig, "HELM_CACHE_HOME=" + d.path("helm-cache"), "HELM_CONFIG_HOME=" + d.path("helm-config"), "HELM_DATA_HOME=" + d.path("helm-data"),
	}}); err == nil {
		return "", fmt.Errorf("plain helm has deployed %s", troubles[i].name)
	}
	return screen.seconds(), ctx.Err()
}

// screen takes output, and remembers when the cause appeared in it.
type screen struct {
	mu     sync.Mutex
	cause  *regexp.Regexp
	start  time.Time
	caused time.Time
}

func newScreen(cause string) *screen { return &screen{cause: regexp.MustCompile(cause)} }

func (s *screen) begin() { s.start = time.Now() }

// Command and Line make the screen the log of a runner.
func (s *screen) Command(_, command string) { s.Line("", command) }

// Line takes one line.
func (s *screen) Line(_, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line(line)
}

func (s *screen) line(line string) {
	switch {
	case s.start.IsZero():
		if strings.Contains(line, "$ helm upgrade") {
			s.begin()
		}
	case s.caused.IsZero() && s.cause.MatchString(line):
		s.caused = time.Now()
	}
}

func (s *screen) seconds() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.caused.IsZero() {
		return fmt.Sprintf(">%d", int(cut.Seconds()))
	}
	return fmt.Sprintf("%.1f", s.caused.Sub(s.start).Seconds())
}
