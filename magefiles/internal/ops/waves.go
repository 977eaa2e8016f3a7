package ops

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
)

// wave does one thing to hubs that may be under way at the same time.
type wave struct {
	*Session
	verb   string
	stepOf func(name string) plan.Step
	do     func(context.Context, hub.Hub) (string, error)
	budget int // failures after which no further hub is begun; 0: never

	mu       sync.Mutex
	failures int
	outcomes map[string]outcome
}

// inWaves is each for the groups of hubops.yaml, one after the other. Where a hub fails, its siblings go on and the groups
// after it are not begun.
func (s *Session) inWaves(ctx context.Context, hubs []hub.Hub, verb string, named bool, stepOf func(name string) plan.Step, do func(context.Context, hub.Hub) (string, error)) error {
	w := &wave{Session: s, verb: verb, stepOf: stepOf, do: do, budget: s.Config.StopAfter, outcomes: map[string]outcome{}}
	if err := w.refused(hubs, named); err != nil {
		return err
	}
	names := make([]string, len(hubs))
	for i, h := range hubs {
		names[i] = h.Name
	}
	waves := plan.Waves(s.Config.Waves, names)
	for i, names := range waves {
		members := slices.DeleteFunc(slices.Clone(hubs), func(h hub.Hub) bool { return !slices.Contains(names, h.Name) })
		if w.failures > 0 {
			w.skip(members, "a hub of an earlier wave failed")
			continue
		}
		if len(waves) > 1 && slices.ContainsFunc(members, func(h hub.Hub) bool { return stepOf(h.Name).Do }) {
			s.Console.Info("", "── wave %d of %d", i+1, len(waves))
		}
		w.run(ctx, members)
	}
	return s.conclude(hubs, verb, w.outcomes)
}

// refused is the error for a hub that was asked for by name and may not be.
func (w *wave) refused(hubs []hub.Hub, named bool) error {
	for _, h := range hubs {
		if step := w.stepOf(h.Name); step.Refused && named {
			return refused(w.verb, h.Name, step)
		}
	}
	return nil
}

// run works on the hubs, a few at a time, until all have ended.
func (w *wave) run(ctx context.Context, hubs []hub.Hub) {
	var group errgroup.Group
	group.SetLimit(w.atATime())
	for _, h := range hubs {
		step := w.stepOf(h.Name)
		if !step.Do {
			w.note(h, "no "+w.verb+": "+step.Reason, nil)
			continue
		}
		group.Go(func() error {
			if w.spent() {
				w.skip([]hub.Hub{h}, fmt.Sprintf("%d failed (stop_after)", w.budget))
				return nil
			}
			w.Console.Info(h.Name, "%s: %s", w.verb, step.Reason)
			text, err := "", ctx.Err()
			if err == nil {
				text, err = w.do(ctx, h)
			}
			w.note(h, text, err)
			return nil
		})
	}
	_ = group.Wait() // the errors are in the outcomes
}

// atATime is how many hubs may be under way: a build takes all of a machine, a deploy mostly waits.
func (w *wave) atATime() int {
	if w.Config.Jobs == 0 && (w.verb == "deploy" || w.verb == "rollout") {
		return w.Config.Upgrades
	}
	return w.Config.AtATime()
}

// skip notes hubs that were to be worked on and are not begun.
func (w *wave) skip(hubs []hub.Hub, why string) {
	for _, h := range hubs {
		if step := w.stepOf(h.Name); step.Do {
			w.note(h, "not begun: "+why, nil)
		} else {
			w.note(h, "no "+w.verb+": "+step.Reason, nil)
		}
	}
}

func (w *wave) note(h hub.Hub, text string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outcomes[h.Name] = outcome{text, err}
	if err != nil {
		w.failures++
	}
}

func (w *wave) spent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.budget > 0 && w.failures >= w.budget
}
