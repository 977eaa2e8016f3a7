// Package bench measures hub-ops and its peers, in one run on one machine. Package dev calls it for the targets dev:bench*.
package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// runs is how often each thing is measured; the median counts.
const runs = 3

// Push measures pushes of an image of about 1.6 GB in three layers to registries on loopback.
type Push struct {
	Run     *process.Runner
	Console *ui.Console
	Docker  *build.Docker     // nil: there is none
	Podman  *build.Podman     // likewise
	Tools   map[string]string // paths: registry, buildkitd and buildctl
	Scratch string
	started int
}

// measured is what a push cost.
type measured struct {
	took time.Duration
	sent int64  // bytes that the registry has more than before
	peak string // of this process's memory, during all pushes of a kind
}

// kinds of push, in the order in which they are measured: to an empty registry; of a new layer of 20 MB over what the
// registry has; and with nothing to do.
var kinds = []string{"push-cold", "push-typical", "push-noop"}

// Measure prints, for each way to push and each of its peers, the peer's median time divided by ours, for each kind of
// push. What the image is built from is built before; a builder that compresses when it hands the image out is timed from
// there.
func (p *Push) Measure(ctx context.Context) error {
	defer p.clean(context.WithoutCancel(ctx))
	p.Console.Info("", "gathering files for an image of about 1.6 GB")
	if err := p.gather(ctx); err != nil {
		return err
	}
	ours, stop, err := p.ours(ctx)
	if err != nil {
		return err
	}
	defer stop()
	peers := p.peers()
	theirs := make([]map[string]measured, len(peers))
	for i, peer := range peers {
		if theirs[i], err = p.measure(ctx, peer); err != nil {
			return err
		}
	}
	for _, own := range ours {
		middle, err := p.measure(ctx, own)
		if err != nil {
			return err
		}
		for _, kind := range kinds {
			for i, peer := range peers {
				p.Console.Result("ratio %s %.2f (%s : %s)", kind, theirs[i][kind].took.Seconds()/middle[kind].took.Seconds(), peer.name, own.name)
			}
		}
	}
	return nil
}

// measure prints what pushes of each kind cost, and returns it.
func (p *Push) measure(ctx context.Context, by contender) (map[string]measured, error) {
	costs := map[string]measured{}
	to, end, err := p.cold(ctx, by, costs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", by.name, err)
	}
	defer end()
	if err := errors.Join(p.typical(ctx, by, to, costs), p.noop(ctx, by, to, costs)); err != nil {
		return nil, fmt.Errorf("%s: %w", by.name, err)
	}
	for _, kind := range kinds {
		cost := costs[kind]
		p.Console.Result("%s %s %s, %s sent, peak memory %s", kind, by.name, cost.took.Round(time.Millisecond), ui.Bytes(cost.sent), cost.peak)
	}
	return costs, nil
}

// cold pushes to an empty registry each time. The last one is returned.
func (p *Push) cold(ctx context.Context, by contender, costs map[string]measured) (to target, end func(), err error) {
	end = func() {}
	forgetPeak()
	var all []measured
	for range runs {
		end()
		if err = errors.Join(by.fresh(ctx), by.build(ctx, "big", p.big())); err != nil {
			return to, end, err
		}
		if to, end, err = p.registry(ctx); err != nil {
			return to, end, err
		}
		took, err := p.timed(ctx, by, to, "big")
		if err != nil {
			return to, end, err
		}
		all = append(all, took)
	}
	costs["push-cold"] = median(all)
	return to, end, nil
}

// typical pushes images that differ from what the registry has by one layer of 20 MB.
func (p *Push) typical(ctx context.Context, by contender, to target, costs map[string]measured) error {
	from := bigDockerfile
	if by.pull != nil {
		if err := by.pull(ctx, to.address); err != nil {
			return err
		}
		from = "FROM " + to.address + "/" + repository + ":big\n"
	}
	forgetPeak()
	var all []measured
	for run := range runs {
		tag := fmt.Sprintf("over-%d", run)
		dir, err := p.another(from)
		if err != nil {
			return err
		}
		if err := by.build(ctx, tag, dir); err != nil {
			return err
		}
		took, err := p.timed(ctx, by, to, tag)
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	costs["push-typical"] = median(all)
	return nil
}

// noop pushes an image that the registry has already.
func (p *Push) noop(ctx context.Context, by contender, to target, costs map[string]measured) error {
	forgetPeak()
	var all []measured
	for range runs {
		took, err := p.timed(ctx, by, to, "big")
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	costs["push-noop"] = median(all)
	return nil
}

func (p *Push) timed(ctx context.Context, by contender, to target, tag string) (measured, error) {
	before, start := to.size(), time.Now()
	err := by.push(ctx, to.address, tag)
	took := measured{took: time.Since(start), sent: to.size() - before}
	p.Console.Info("", "%s pushed %s in %s", by.name, tag, took.took.Round(time.Millisecond))
	return took, err
}

// median is by time; its memory is the most of all.
func median(all []measured) measured {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b measured) int { return cmp.Compare(a.took, b.took) })
	middle := sorted[len(sorted)/2]
	middle.peak = peakMemory()
	return middle
}
