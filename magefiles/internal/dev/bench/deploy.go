package bench

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// fleet is the number of hubs, part how many of them change at a time.
const (
	fleet = 50
	part  = 20
)

// Deploy measures deploys of a fleet of hubs in a sandbox of its own, beside the commands that a script would run one
// after the other.
type Deploy struct {
	Run     *process.Runner
	Console *ui.Console
	Tools   *toolchain.Box
	Scratch string

	tools map[string]string
	state *sandbox.State
}

func (d *Deploy) path(name string) string { return filepath.Join(d.Scratch, name) }

// Measure prints what a deploy of unchanged hubs costs, how often helm runs for one that changed, and how much faster
// many changed hubs are than the seed's commands.
func (d *Deploy) Measure(ctx context.Context) (err error) {
	if d.tools, err = d.Tools.Ensure(ctx, "helm", "kubectl"); err != nil {
		return err
	}
	box := &sandbox.Sandbox{Dir: d.path("box"), Run: d.Run, Console: d.Console, Tools: d.Tools, Nodes: sandbox.Played}
	if d.state, err = box.Up(ctx); err != nil {
		return err
	}
	defer func() { _ = box.Down(context.WithoutCancel(ctx)) }()
	for _, step := range []func(context.Context) error{d.makeProject, d.installAll, d.unchanged, d.oneChanged, d.manyChanged} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deploy) installAll(ctx context.Context) error {
	took, err := d.mage(ctx, "deploy:all")
	d.Console.Info("", "installed %d hubs in %s", fleet, took.Round(time.Second/10))
	return err
}

// unchanged measures a deploy with nothing to do, without the time that any target takes to start.
func (d *Deploy) unchanged(ctx context.Context) error {
	var starts, runs []time.Duration
	d.forget()
	for range 3 {
		start, err := d.mage(ctx, "sandbox:status")
		if err != nil {
			return err
		}
		took, err := d.mage(ctx, "deploy:all")
		if err != nil {
			return err
		}
		starts, runs = append(starts, start), append(runs, took)
	}
	d.Console.Result("deploy-unchanged-%d %.2f s beyond a start-up of %.2f s, %d helm processes",
		fleet, (middle(runs) - middle(starts)).Seconds(), middle(starts).Seconds(), len(d.helmRuns()))
	return nil
}

func (d *Deploy) oneChanged(ctx context.Context) error {
	if err := d.change(ctx, "one", 1); err != nil {
		return err
	}
	d.forget()
	if _, err := d.mage(ctx, "deploy:all"); err != nil {
		return err
	}
	upgrades := slices.DeleteFunc(d.helmRuns(), func(line string) bool {
		return !strings.HasPrefix(line, "upgrade ") || strings.Contains(line, "--dry-run")
	})
	d.Console.Result("deploy-one-changed-of-%d %d helm upgrade", fleet, len(upgrades))
	return nil
}

func (d *Deploy) manyChanged(ctx context.Context) error {
	if err := d.change(ctx, "ours", part); err != nil {
		return err
	}
	ours, err := d.mage(ctx, "deploy:all")
	if err != nil {
		return err
	}
	left, err := d.Run.Output(ctx, process.Cmd{Name: "git", Args: []string{"status", "--porcelain", "--ignored"}, Dir: d.path("project")})
	if err != nil {
		return err
	}
	d.Console.Result("working tree after it: %d files changed", strings.Count(string(left), "\n"))
	if err := d.change(ctx, "theirs", part); err != nil {
		return err
	}
	start := time.Now()
	for i := range part {
		if err := d.seed(ctx, hubName(i)); err != nil {
			return err
		}
	}
	theirs := time.Since(start)
	d.Console.Result("ratio deploy-%d %.2f (the commands one after the other %s, hub-ops %s; pods take %s to be ready)", part,
		theirs.Seconds()/ours.Seconds(), theirs.Round(time.Second/10), ours.Round(time.Second/10), readyAfter)
	return nil
}

// seed runs the commands of the deployment that hub-ops replaces, as Helm 4 spells them.
func (d *Deploy) seed(ctx context.Context, name string) error {
	chart := filepath.Join("hub-charts", name)
	env := []string{"KUBECONFIG=" + d.state.Kubeconfig, "HELM_CACHE_HOME=" + d.path("seed-cache"), "HELM_CONFIG_HOME=" + d.path("seed-config")}
	helm := func(args ...string) error {
		return d.Run.Run(ctx, process.Cmd{Name: d.tools["helm"], Args: args, Dir: d.path("project"), Env: env, Quiet: true})
	}
	if err := helm("dependency", "update", chart, "--plain-http"); err != nil {
		return err
	}
	if err := helm("upgrade", "--install", "--namespace", name, name, chart, "--force-replace", "--server-side=false", "--wait", "--timeout", "600s", "--cleanup-on-fail"); err != nil {
		return err
	}
	kubectl := func(args ...string) (string, error) {
		out, err := d.Run.Output(ctx, process.Cmd{Name: d.tools["kubectl"], Args: append([]string{"-n", name}, args...), Env: env})
		return string(out), err
	}
	deployments, err := kubectl("get", "deployments", "-o", "name")
	if err != nil {
		return err
	}
	for deployment := range strings.FieldsSeq(deployments) {
		if _, err := kubectl("rollout", "status", "--watch", deployment); err != nil {
			return err
		}
	}
	return nil
}

// mage runs a target in the project and returns how long it took.
func (d *Deploy) mage(ctx context.Context, target string) (time.Duration, error) {
	start := time.Now()
	_, err := d.project().mage(ctx, target)
	return time.Since(start), err
}

func (d *Deploy) project() project {
	return project{run: d.Run, dir: d.path("project"), env: []string{
		"HUBOPS_SANDBOX_DIR=" + d.path("box"), "HUBOPS_CACHE=" + d.path("cache"), "JOBS=", "SANDBOX=1", "CI=", "NO_SETUP=",
	}}
}

// middle is the median.
func middle(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
