// Package bench measures what hub-ops does beside what its peers do, in one run on one machine.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/sandbox"
	"hub-ops/magefiles/internal/ui"
)

// runs is how often each thing is measured; the median counts.
const runs = 3

// Push measures pushes of an image of about 1.6 GB in three layers to registries on loopback.
type Push struct {
	Run     *run.Runner
	Console *ui.Console
	Docker  *image.Docker
	Crane   string // path: its registry is what is pushed to
	Scratch string
	started int
}

// Measure prints, for docker and for skopeo where there is one, its median time divided by ours: a cold push to an empty
// registry, a typical one with a new layer of 20 MB over what the registry has, and one with nothing to do.
func (p *Push) Measure(ctx context.Context) error {
	defer p.clean(context.WithoutCancel(ctx))
	p.Console.Info("", "building an image of about 1.6 GB")
	if err := p.buildBig(ctx); err != nil {
		return err
	}
	peers := []peer{{"docker", p.dockerPush}}
	if _, err := run.LookPath("skopeo"); err == nil {
		peers = append(peers, peer{"skopeo", p.skopeoPush})
	}
	for _, next := range []struct {
		name  string
		paths func(context.Context, peer) ([]time.Duration, error)
	}{{"push-cold", p.cold}, {"push-typical", p.typical}, {"push-noop", p.noop}} {
		ours, err := next.paths(ctx, peer{"hub-ops", p.ownPush})
		if err != nil {
			return err
		}
		for _, other := range peers {
			theirs, err := next.paths(ctx, other)
			if err != nil {
				return err
			}
			p.Console.Result("ratio %s %.2f (%s %s, hub-ops %s)", next.name, median(theirs).Seconds()/median(ours).Seconds(),
				other.name, median(theirs).Round(time.Millisecond), median(ours).Round(time.Millisecond))
		}
	}
	p.Console.Result("peak memory %s", peakMemory())
	return nil
}

// peer pushes an image that the engine has to a registry.
type peer struct {
	name string
	push func(ctx context.Context, registry, tag string) error
}

// cold pushes to an empty registry each time.
func (p *Push) cold(ctx context.Context, by peer) ([]time.Duration, error) {
	var times []time.Duration
	for range runs {
		registry, end, err := p.registry(ctx)
		if err != nil {
			return nil, err
		}
		took, err := p.timed(ctx, by, registry, "big")
		end()
		if err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	return times, nil
}

// typical pushes images that differ from what the registry has by one layer of 20 MB.
func (p *Push) typical(ctx context.Context, by peer) ([]time.Duration, error) {
	return p.over(ctx, by, func(run int) (string, error) {
		tag := fmt.Sprintf("%s-%d", by.name, run)
		return tag, p.buildOver(ctx, tag)
	})
}

// noop pushes what the registry has.
func (p *Push) noop(ctx context.Context, by peer) ([]time.Duration, error) {
	return p.over(ctx, by, func(int) (string, error) { return "big", nil })
}

// over pushes images to a registry that has the big one.
func (p *Push) over(ctx context.Context, by peer, next func(run int) (tag string, err error)) ([]time.Duration, error) {
	registry, end, err := p.registry(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := by.push(ctx, registry, "big"); err != nil {
		return nil, err
	}
	times := make([]time.Duration, runs)
	for i := range times {
		tag, err := next(i)
		if err != nil {
			return nil, err
		}
		if times[i], err = p.timed(ctx, by, registry, tag); err != nil {
			return nil, err
		}
	}
	return times, nil
}

func (p *Push) timed(ctx context.Context, by peer, registry, tag string) (time.Duration, error) {
	start := time.Now()
	err := by.push(ctx, registry, tag)
	took := time.Since(start)
	p.Console.Info("", "%s pushed %s in %s", by.name, tag, took.Round(time.Millisecond))
	return took, err
}

// registry starts an empty registry.
func (p *Push) registry(ctx context.Context) (address string, end func(), err error) {
	p.started++
	box := &sandbox.Sandbox{Dir: filepath.Join(p.Scratch, fmt.Sprintf("registry-%d", p.started)), Run: p.Run, Console: p.Console}
	address, err = box.StartRegistry(ctx, p.Crane)
	return address, func() { _ = box.Down(context.WithoutCancel(ctx)) }, err
}

// repository is what the engine calls the image that is measured.
const repository = "hub-ops-bench/image"

// ownPush does what a run does: it asks the registry first, and has nothing to do with an engine if that has the tag.
func (p *Push) ownPush(ctx context.Context, registry, tag string) error {
	target := image.Registry{Host: registry, Template: repository}
	if digest, err := target.Digest(ctx, "bench", tag); err != nil || digest != "" {
		return err
	}
	if err := p.docker(ctx, "tag", repository+":"+tag, registry+"/"+repository+":"+tag); err != nil {
		return err
	}
	blobs := image.OpenBlobs(filepath.Join(p.Scratch, "blobs-"+strings.ReplaceAll(registry, ":", "-")+".json"))
	pusher := &image.Pusher{Registry: target, Engine: p.Docker, Console: p.Console, Blobs: blobs}
	pushed, err := pusher.Push(ctx, "bench", tag, true)
	if err == nil {
		p.Console.Info("", "%s", pushed)
	}
	return err
}

func (p *Push) dockerPush(ctx context.Context, registry, tag string) error {
	reference := registry + "/" + repository + ":" + tag
	if err := p.docker(ctx, "tag", repository+":"+tag, reference); err != nil {
		return err
	}
	return p.docker(ctx, "push", "--quiet", reference)
}

func (p *Push) skopeoPush(ctx context.Context, registry, tag string) error {
	return p.Run.Run(ctx, run.Cmd{Name: "skopeo", Quiet: true, Args: []string{
		"copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", "docker-daemon:" + repository + ":" + tag, "docker://" + registry + "/" + repository + ":" + tag,
	}})
}

func (p *Push) docker(ctx context.Context, args ...string) error {
	return p.Run.Run(ctx, run.Cmd{Name: "docker", Args: args, Quiet: true, Env: []string{"DOCKER_BUILDKIT=0"}})
}

// clean removes the images that were made.
func (p *Push) clean(ctx context.Context) {
	out, err := p.Run.Output(ctx, run.Cmd{Name: "docker", Args: []string{"image", "ls", "--format", "{{.Repository}}:{{.Tag}}"}})
	if err != nil {
		return
	}
	for name := range strings.Lines(string(out)) {
		if name = strings.TrimSpace(name); strings.Contains(name, repository) {
			_ = p.docker(ctx, "image", "rm", name) // what cannot be removed stays: it is the operator's to look at
		}
	}
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[len(sorted)/2]
}

// peakMemory is the most that this process ever had resident.
func peakMemory() string {
	status, err := os.ReadFile("/proc/self/status")
	if errors.Is(err, fs.ErrNotExist) {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
