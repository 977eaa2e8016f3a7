package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	installed = 100    // hubs that are deployed
	all       = 1000   // hubs; of those that are not deployed the cluster has the releases
	commits   = 10_000 // after the hubs were made, each to a file beside one hub's image
)

// Fleet measures plans and deploys of a thousand hubs, beside the commands that a script would run for each, and helmfile. A hundred of the
// hubs are deployed for installed; of the others the cluster has the releases as helm keeps them, and the registry the images.
type Fleet struct {
	Plan
	helm, helmfile string
}

// figure is what one target takes: the median time, and the most memory in bytes.
type figure struct {
	took   time.Duration
	memory int64
}

// beyond is the time without that of a start-up.
func (f figure) beyond(start figure) time.Duration { return f.took - start.took }

// Measure prints seconds, memory, growth per hub, and ratios against the peers.
func (f *Fleet) Measure(ctx context.Context) error {
	down, err := f.up(ctx)
	if err != nil {
		return err
	}
	defer down()
	paths, err := f.Tools.Ensure(ctx, "helm", "helmfile")
	if err != nil {
		return err
	}
	f.helm, f.helmfile = paths["helm"], paths["helmfile"]
	if err := f.install(ctx); err != nil {
		return err
	}
	few, err := f.unchanged(ctx, installed)
	if err != nil {
		return err
	}
	if err := f.add(ctx, installed, all); err != nil {
		return err
	}
	if err := f.commitOften(ctx); err != nil {
		return err
	}
	many, err := f.unchanged(ctx, all)
	if err != nil {
		return err
	}
	for _, target := range []string{"plan", "deploy:all"} {
		growth := many[target].beyond(many["start"]).Seconds() / few[target].beyond(few["start"]).Seconds() * installed / all
		f.Console.Result("growth %s-%d-%d %.2f per hub", figureName(target), installed, all, growth)
	}
	if err := f.besideScripts(ctx, many); err != nil {
		return err
	}
	return f.besideDeploys(ctx)
}

// figureName is a target's name as a figure has it.
func figureName(target string) string {
	return map[string]string{"plan": "plan", "deploy:all": "noop"}[target]
}

// install makes the hubs that are deployed, and deploys them.
func (f *Fleet) install(ctx context.Context) error {
	if err := f.write(ctx, 0, installed); err != nil {
		return err
	}
	out, err := f.project.mage(ctx, "plan")
	if err != nil {
		return err
	}
	if _, err := f.push(ctx, tagsIn(out), 0, installed); err != nil {
		return err
	}
	start := time.Now()
	_, err = f.project.mage(ctx, "deploy:all")
	f.Console.Info("", "installed %d hubs in %s", installed, time.Since(start).Round(time.Second/10))
	return err
}

// commitOften gives the repository its commits: git fast-import reads them from a stream.
func (f *Fleet) commitOften(ctx context.Context) error {
	var stream strings.Builder
	for i := range commits {
		notes := fmt.Sprintf("Notes, %d.\n", i)
		fmt.Fprintf(&stream, "commit refs/heads/often\ncommitter bench <bench@localhost> %d +0000\ndata 5\nnotes\n", time.Now().Unix())
		if i == 0 {
			stream.WriteString("from HEAD^0\n")
		}
		fmt.Fprintf(&stream, "M 100644 inline notes/%s.md\ndata %d\n%s\n", planned(i*7919%all), len(notes), notes)
	}
	file := filepath.Join(f.Scratch, "commits")
	if err := os.WriteFile(file, []byte(stream.String()), 0o600); err != nil {
		return err
	}
	if err := f.project.read(ctx, file, "fast-import", "--quiet"); err != nil {
		return err
	}
	return f.project.git(ctx, "merge", "--quiet", "--ff-only", "often")
}

// unchanged measures what a start-up, a plan and a deploy take where there is nothing to do.
func (f *Fleet) unchanged(ctx context.Context, hubs int) (map[string]figure, error) {
	figures := map[string]figure{}
	for name, target := range map[string]string{"start": "sandbox:status", "plan": "plan", "deploy:all": "deploy:all"} {
		figure, err := f.figure(ctx, target)
		if err != nil {
			return nil, err
		}
		figures[name] = figure
	}
	for _, target := range []string{"plan", "deploy:all"} {
		f.Console.Result("seconds %s-%d %.2f beyond a start-up of %.2f, %d MB", figureName(target), hubs,
			figures[target].beyond(figures["start"]).Seconds(), figures["start"].took.Seconds(), figures[target].memory/1e6)
	}
	return figures, nil
}

// figure runs a target five times.
func (f *Fleet) figure(ctx context.Context, target string) (figure, error) {
	var most int64
	var times []time.Duration
	self, err := os.Executable()
	if err != nil {
		return figure{}, err
	}
	for range 5 {
		start, stop := time.Now(), watchChild(ctx, self)
		_, err := f.project.mage(ctx, target)
		times, most = append(times, time.Since(start)), max(most, stop())
		if err != nil {
			return figure{}, err
		}
	}
	return figure{middle(times), most}, nil
}
