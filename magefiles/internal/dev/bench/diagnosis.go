package bench

import (
	"context"
	_ "embed"
	"errors"
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

//go:embed trouble/templates/hub.yaml
var troubleTemplate []byte

// Diagnosis measures how long a deploy that cannot succeed takes to tell why, in a sandbox of its own.
type Diagnosis struct {
	Run     *process.Runner
	Console *ui.Console
	Tools   *toolchain.Box
	Scratch string
	Root    string // of the project
	Nodes   string // as in sandbox.Sandbox

	helm  string // path
	state *sandbox.State
}

func (d *Diagnosis) path(name string) string { return filepath.Join(d.Scratch, name) }

// Measure prints, for each hub that cannot become ready, the seconds from the upgrade's start until the right cause is on the screen. On a
// real node these are the hubs of package behaviour, and those that are well are among them; on played ones, troubles and the same for plain
// helm, which is cut off after a minute. It fails if a verdict is wrong: one that is reported as deployed, or of another cause, one that takes
// longer than it may, and a hub that only takes its time and fails.
func (d *Diagnosis) Measure(ctx context.Context) (err error) {
	if d.helm, err = d.Tools.Pinned(ctx, "helm"); err != nil {
		return err
	}
	box := &sandbox.Sandbox{Dir: d.path("box"), Run: d.Run, Console: d.Console, Tools: d.Tools, Nodes: d.Nodes}
	if d.state, err = box.Up(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Down(context.WithoutCancel(ctx))) }()
	if d.state.RunsContainers() {
		return d.measureBehaviours(ctx)
	}
	return d.measurePlayed(ctx)
}

// measurePlayed measures on nodes that are played.
func (d *Diagnosis) measurePlayed(ctx context.Context) error {
	if err := errors.Join(d.writeHubs(ctx, "hub", troubles), d.writeHubs(ctx, "slow", patients)); err != nil {
		return err
	}
	plain, err := d.measurePlain(ctx)
	if err != nil {
		return err
	}
	wrong, err := d.measureTroubles(ctx, plain)
	if err != nil {
		return err
	}
	d.Console.Info("", "%d deploys that only take their time", len(patients))
	if err := d.deploy(ctx, "slow", newScreen("."), "deploy:all"); err != nil {
		wrong = append(wrong, err)
	} else {
		d.Console.Result("alarms 0 of %d", len(patients))
	}
	return errors.Join(wrong...)
}

// measureTroubles deploys one trouble after the other, and returns what should not have been.
func (d *Diagnosis) measureTroubles(ctx context.Context, plain []string) (wrong []error, err error) {
	for i, trouble := range troubles {
		screen := newScreen(trouble.cause)
		err := d.deploy(ctx, "hub", screen, "deploy:hub", hubOf(i))
		switch took := screen.took(); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			wrong = append(wrong, fmt.Errorf("the deploy with %s has succeeded", trouble.name))
		case took == 0:
			wrong = append(wrong, fmt.Errorf("the cause of %s is not told", trouble.name))
		case took > trouble.least:
			wrong = append(wrong, fmt.Errorf("the cause of %s is told after %s, want %s", trouble.name, took.Round(time.Second/10), trouble.least))
		}
		d.Console.Result("seconds %s %s %s", trouble.name, screen.seconds(), plain[i])
	}
	return wrong, nil
}

// writeHubs makes a project, a Git repository, with a hub for each trouble: the prefix with a number.
func (d *Diagnosis) writeHubs(ctx context.Context, prefix string, troubles []trouble) error {
	root := d.path(prefix)
	for i, trouble := range troubles {
		name := fmt.Sprintf("%s-%d", prefix, i)
		err := writeFiles(filepath.Join(root, "hub-charts", name), map[string]string{
			"Chart.yaml":         "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n",
			"values.yaml":        trouble.values + "\n",
			"templates/hub.yaml": string(troubleTemplate),
		})
		if err != nil {
			return err
		}
	}
	settings := "cluster: {allow: [{hubs: ['*'], kind: PersistentVolume, name: 'bench-*'}]}\n"
	if err := writeFiles(root, map[string]string{"hubops.yaml": settings}); err != nil {
		return err
	}
	repository := project{run: d.Run, dir: root}
	return errors.Join(repository.init(ctx), repository.commit(ctx))
}

// deploy deploys as an operator does, with this very program; what an operator sees goes to the screen.
func (d *Diagnosis) deploy(ctx context.Context, project string, to *screen, target ...string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runner := &process.Runner{Env: d.Run.Env, Log: to}
	return runner.Run(ctx, process.Cmd{Name: self, Args: target, Dir: d.path(project), Env: []string{
		"HUBOPS_SANDBOX_DIR=" + d.path("box"), "HUBOPS_CACHE=" + d.Tools.Cache, "SANDBOX=1", "CI=", "NO_SETUP=", "SETTLE=",
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
	args := []string{"upgrade", "--install", "--create-namespace", "--namespace", "plain-" + name, name, filepath.Join(d.path("hub"), "hub-charts", name), "--wait", "--timeout", "600s"}
	runner := &process.Runner{Env: d.Run.Env, Log: screen}
	if err := runner.Run(limited, process.Cmd{Name: d.helm, Args: args, Env: []string{
		"KUBECONFIG=" + d.state.Kubeconfig, "HELM_CACHE_HOME=" + d.path("helm-cache"), "HELM_CONFIG_HOME=" + d.path("helm-config"), "HELM_DATA_HOME=" + d.path("helm-data"),
	}}); err == nil {
		return "deployed", nil
	}
	return screen.seconds(), ctx.Err()
}

// screen takes output, and remembers when the cause appeared in it.
type screen struct {
	mu     sync.Mutex
	cause  *regexp.Regexp
	start  time.Time
	caused time.Time
	first  string // the line in which it appeared
	lines  []string
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
	s.lines = append(s.lines, line)
	switch {
	case s.start.IsZero():
		if strings.Contains(line, "$ helm upgrade") {
			s.begin()
		}
	case s.caused.IsZero() && s.cause.MatchString(line):
		s.caused, s.first = time.Now(), line
	}
}

// took is the time until the cause appeared, 0 if it did not.
func (s *screen) took() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.caused.IsZero() {
		return 0
	}
	return max(1, s.caused.Sub(s.start))
}

func (s *screen) seconds() string {
	if took := s.took(); took > 0 {
		return fmt.Sprintf("%.1f", took.Seconds())
	}
	return fmt.Sprintf(">%d", int(cut.Seconds()))
}
