package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hub-ops/magefiles/internal/process"
)

// sample is how many hubs the commands of a script are run for; their time is multiplied, because a thousand of them take many minutes.
const sample = 20

// besideScripts compares a plan and a deploy of unchanged hubs with what a script asks for each hub: git log, helm list and helm get; and
// with the commands of the seed's deployment.
func (f *Fleet) besideScripts(ctx context.Context, ours map[string]figure) error {
	log, err := f.timed(func(i int) error {
		return f.project.git(ctx, "log", "-1", "--format=%H", "--", "user-images/"+planned(i))
	})
	if err != nil {
		return err
	}
	get, err := f.timed(func(i int) error { return f.runHelm(ctx, "get", "values", planned(i), "--namespace", planned(i)) })
	if err != nil {
		return err
	}
	start := time.Now()
	if err := f.runHelm(ctx, "list", "--all-namespaces", "--max", "0"); err != nil {
		return err
	}
	list := time.Since(start)
	plan := ours["plan"].beyond(ours["start"])
	f.Console.Result("ratio plan-%d %.0f (git log -1 for each image %.1f s, helm list %.1f s, helm get for each release %.1f s; of %d, multiplied)",
		all, (log+get+list).Seconds()/plan.Seconds(), log.Seconds(), list.Seconds(), get.Seconds(), sample)
	serial, err := f.timed(func(i int) error { return f.seed(ctx, planned(i)) })
	if err != nil {
		return err
	}
	noop := ours["deploy:all"].beyond(ours["start"])
	f.Console.Result("ratio noop-%d %.0f (the seed's commands one after the other %.1f s; of %d, multiplied)", all, serial.Seconds()/noop.Seconds(), serial.Seconds(), sample)
	return nil
}

// timed runs something for a sample of the hubs, and returns the time that it would take for all.
func (f *Fleet) timed(run func(i int) error) (time.Duration, error) {
	start := time.Now()
	for i := range sample {
		if err := run(i * installed / sample); err != nil {
			return 0, err
		}
	}
	return time.Since(start) * all / sample, nil
}

func (f *Fleet) cluster() []string {
	return []string{"KUBECONFIG=" + f.state.Kubeconfig, "HELM_CACHE_HOME=" + filepath.Join(f.Scratch, "peers"), "HELM_CONFIG_HOME=" + filepath.Join(f.Scratch, "peers")}
}

func (f *Fleet) runHelm(ctx context.Context, args ...string) error {
	return f.Run.Run(ctx, process.Cmd{Name: f.helm, Args: args, Dir: f.project.dir, Env: f.cluster(), Quiet: true})
}

// seed runs the commands of the deployment that hub-ops replaces, for a chart without dependencies.
func (f *Fleet) seed(ctx context.Context, name string) error {
	if err := f.runHelm(ctx, "dependency", "update", "hub-charts/"+name); err != nil {
		return err
	}
	if err := f.runHelm(ctx, "upgrade", "--install", "--namespace", name, name, "hub-charts/"+name, "--wait", "--timeout", "600s", "--cleanup-on-fail"); err != nil {
		return err
	}
	for _, deployment := range []string{"hub", "proxy"} {
		args := []string{"--namespace", name, "rollout", "status", "--watch", "deployment/" + deployment}
		if err := f.Run.Run(ctx, process.Cmd{Name: f.kubectl, Args: args, Env: f.cluster(), Quiet: true}); err != nil {
			return err
		}
	}
	return nil
}

// besideDeploys compares a deploy of what has changed, among all hubs, with helmfile sync of those hubs alone.
func (f *Fleet) besideDeploys(ctx context.Context) error {
	if err := f.change(ctx, "ours"); err != nil {
		return err
	}
	start := time.Now()
	if _, err := f.project.mage(ctx, "deploy:all"); err != nil {
		return err
	}
	ours := time.Since(start)
	f.Console.Result("seconds changed-%d %.1f", installed, ours.Seconds())
	if err := f.change(ctx, "theirs"); err != nil {
		return err
	}
	file, err := f.writeHelmfile()
	if err != nil {
		return err
	}
	for _, name := range []string{"changed", "noop"} {
		start := time.Now()
		args := []string{"--file", file, "--helm-binary", f.helm, "--quiet", "sync", "--concurrency", "8", "--skip-deps"}
		if err := f.Run.Run(ctx, process.Cmd{Name: f.helmfile, Args: args, Dir: f.project.dir, Env: f.cluster(), Quiet: true}); err != nil {
			return fmt.Errorf("%w\n%s", err, process.Output(err))
		}
		f.Console.Result("helmfile %s-%d %.1f s", name, installed, time.Since(start).Seconds())
	}
	return nil
}

// change commits new values for the hubs that are deployed.
func (f *Fleet) change(ctx context.Context, version string) error {
	for i := range installed {
		dir := filepath.Join(f.project.dir, "hub-charts", planned(i))
		if err := writeFiles(dir, map[string]string{"values.yaml": plannedValues(i) + "version: " + version + "\n"}); err != nil {
			return err
		}
	}
	return f.project.commit(ctx)
}

func (f *Fleet) writeHelmfile() (file string, err error) {
	var releases strings.Builder
	releases.WriteString("helmDefaults: {wait: true, timeout: 600}\nreleases:\n")
	for i := range installed {
		fmt.Fprintf(&releases, "- {name: %s, namespace: %s, chart: %s}\n", planned(i), planned(i), filepath.Join(f.project.dir, "hub-charts", planned(i)))
	}
	file = filepath.Join(f.Scratch, "helmfile.yaml")
	return file, os.WriteFile(file, []byte(releases.String()), 0o600)
}
