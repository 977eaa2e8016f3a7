// Package bench measures what hub-ops does beside what its peers do, in one run on one machine.
package bench

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
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
	Docker  *image.Docker     // nil: there is none
	Podman  *image.Podman     // likewise
	Tools   map[string]string // paths: crane, whose registry is what is pushed to, buildkitd and buildctl
	Scratch string
	started int
}

// measured is what a push cost.
type measured struct {
	took time.Duration
	sent int64 // bytes that the registry has more than before
}

// Measure prints, for each way to push and each of its peers, the peer's median time divided by ours: a cold push to an
// empty registry, a typical one with a new layer of 20 MB over what the registry has, and one with nothing to do. What
// the image is built from is built before; a builder that compresses when it hands the image out is timed from there.
func (p *Push) Measure(ctx context.Context) error {
	defer p.clean(context.WithoutCancel(ctx))
	p.Console.Info("", "gathering files for an image of about 1.6 GB")
	if err := p.gather(); err != nil {
		return err
	}
	ours, stop, err := p.ours(ctx)
	if err != nil {
		return err
	}
	defer stop()
	peers := p.peers()
	for _, next := range []struct {
		name string
		of   func(context.Context, contender) ([]measured, error)
	}{{"push-cold", p.cold}, {"push-typical", p.typical}, {"push-noop", p.noop}} {
		if err := p.compare(ctx, next.name, next.of, ours, peers); err != nil {
			return err
		}
	}
	return nil
}

func (p *Push) compare(ctx context.Context, name string, of func(context.Context, contender) ([]measured, error), ours, peers []contender) error {
	theirs := make([]measured, len(peers))
	for i, peer := range peers {
		all, err := of(ctx, peer)
		if err != nil {
			return fmt.Errorf("%s: %w", peer.name, err)
		}
		theirs[i] = median(all)
		p.Console.Result("%s %s %s, %s sent", name, peer.name, theirs[i].took.Round(time.Millisecond), ui.Bytes(theirs[i].sent))
	}
	for _, own := range ours {
		forgetPeak()
		all, err := of(ctx, own)
		if err != nil {
			return fmt.Errorf("%s: %w", own.name, err)
		}
		middle := median(all)
		p.Console.Result("%s %s %s, %s sent, peak memory %s", name, own.name, middle.took.Round(time.Millisecond), ui.Bytes(middle.sent), peakMemory())
		for i, peer := range peers {
			p.Console.Result("ratio %s %.2f (%s : %s)", name, theirs[i].took.Seconds()/middle.took.Seconds(), peer.name, own.name)
		}
	}
	return nil
}

// cold pushes to an empty registry each time.
func (p *Push) cold(ctx context.Context, by contender) ([]measured, error) {
	var all []measured
	for range runs {
		if err := by.fresh(ctx); err != nil {
			return nil, err
		}
		if err := by.build(ctx, "big", p.big()); err != nil {
			return nil, err
		}
		to, end, err := p.registry(ctx)
		if err != nil {
			return nil, err
		}
		took, err := p.timed(ctx, by, to, "big")
		end()
		if err != nil {
			return nil, err
		}
		all = append(all, took)
	}
	return all, nil
}

// typical pushes images that differ from what the registry has by one layer of 20 MB.
func (p *Push) typical(ctx context.Context, by contender) ([]measured, error) {
	return p.over(ctx, by, func(to target, run int) (string, error) {
		tag := fmt.Sprintf("over-%d", run)
		from := bigDockerfile
		if by.pull != nil {
			from = "FROM " + to.address + "/" + repository + ":big\n"
		}
		dir, err := p.another(from)
		if err != nil {
			return "", err
		}
		return tag, by.build(ctx, tag, dir)
	})
}

// noop pushes what the registry has.
func (p *Push) noop(ctx context.Context, by contender) ([]measured, error) {
	return p.over(ctx, by, func(target, int) (string, error) { return "big", nil })
}

// over pushes images to a registry that has the big one.
func (p *Push) over(ctx context.Context, by contender, next func(to target, run int) (tag string, err error)) ([]measured, error) {
	to, end, err := p.registry(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	if err := by.build(ctx, "big", p.big()); err != nil {
		return nil, err
	}
	if err := by.push(ctx, to.address, "big"); err != nil {
		return nil, err
	}
	if by.pull != nil {
		if err := by.pull(ctx, to.address); err != nil {
			return nil, err
		}
	}
	all := make([]measured, runs)
	for i := range all {
		tag, err := next(to, i)
		if err != nil {
			return nil, err
		}
		if all[i], err = p.timed(ctx, by, to, tag); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (p *Push) timed(ctx context.Context, by contender, to target, tag string) (measured, error) {
	before, start := to.size(), time.Now()
	err := by.push(ctx, to.address, tag)
	took := measured{time.Since(start), to.size() - before}
	p.Console.Info("", "%s pushed %s in %s", by.name, tag, took.took.Round(time.Millisecond))
	return took, err
}

// target is a registry to push to.
type target struct {
	address string
	dir     string // of what it keeps
}

// size is how many bytes it keeps.
func (t target) size() (total int64) {
	_ = filepath.WalkDir(t.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil //nolint:nilerr // what comes and goes meanwhile is no blob yet
		}
		if info, err := entry.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

// registry starts an empty registry.
func (p *Push) registry(ctx context.Context) (to target, end func(), err error) {
	p.started++
	box := &sandbox.Sandbox{Dir: filepath.Join(p.Scratch, fmt.Sprintf("registry-%d", p.started)), Run: p.Run, Console: p.Console}
	address, err := box.StartRegistry(ctx, p.Tools["crane"])
	return target{address, box.Dir}, func() { _ = box.Down(context.WithoutCancel(ctx)) }, err
}

// median is by time.
func median(all []measured) measured {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b measured) int { return cmp.Compare(a.took, b.took) })
	return sorted[len(sorted)/2]
}
