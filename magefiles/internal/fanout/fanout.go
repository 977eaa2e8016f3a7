// Package fanout does one thing to many hubs: several at a time, in waves one after the other, each hub by itself. Hubs and their
// plans go in, a line for each hub and one error come out. A hub that fails does not stop the hubs of its own wave; it stops the
// waves after it. Packages ops/images and ops/deploy call it.
//
//	work := fanout.Work{Verb: "build", Console: console, AtATime: 4, Do: build, Step: func(h plan.Hub) plan.Step { return h.Build }}
//	err := work.Run(ctx, hubs, found.Plan.Hubs)
package fanout

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// Selection is the hubs that a verb works on.
type Selection struct {
	names []string // none: all
	named bool
}

// All selects every hub of the repository. A hub that the event may not touch is left out, with the reason.
func All() Selection { return Selection{} }

// One selects a hub by name. If the event may not touch it, that is an error.
func One(name string) Selection { return Selection{names: []string{name}, named: true} }

// Names returns the names of the selected hubs, none for all.
func (s Selection) Names() []string { return s.names }

// Work is one thing that is done to many hubs.
type Work struct {
	Verb    string // as an operator calls it: deploy
	Console *ui.Console
	AtATime int // hubs at the same time
	// Together has a place for each hub that the works of a run, one for each cluster, are busy with at the same time; nil: as many as they like.
	Together chan struct{}

	Selection Selection
	Waves     [][]string // groups of hubs, as hubops.yaml has them; none: all in one
	StopAfter int        // failures after which no further hub is begun; 0: no limit

	// Held says why a hub is not to be begun after all, when it is its turn; nil, or "": it is begun.
	Held func(hub.Hub) string

	// Step returns the step of a hub's plan that this work carries out; nil: the work is done to every hub.
	Step func(plan.Hub) plan.Step
	// Do does the work for one hub, and returns the outcome in words. It calls leave when all that is left to do is to wait: then
	// another hub takes its place. With StopAfter each hub keeps its place to its end, so that none begins beside one that may
	// yet fail.
	Do func(ctx context.Context, h hub.Hub, leave func()) (string, error)
	// Note is told how it ended for each hub, one after the other; nil: nobody is.
	Note func(Outcome)
}

// Run does the work, writes the outcome of each hub, and returns the errors of those that failed. plans are the plans of the hubs,
// in the same order; without plans the work is done to every hub.
func (w Work) Run(ctx context.Context, hubs []hub.Hub, plans []plan.Hub) error {
	r := &run{Work: w, steps: map[string]plan.Step{}, outcomes: map[string]Outcome{}}
	for i, h := range hubs {
		r.steps[h.Name] = plan.Step{Do: true, Reason: "asked for"}
		if w.Step != nil {
			r.steps[h.Name] = w.Step(plans[i]) //nolint:gosec // there is a plan for each hub wherever there is a Step
		}
		if step := r.steps[h.Name]; step.Refused && w.Selection.named {
			return Refused(w.Verb, h.Name, step)
		}
	}
	r.expect(hubs)
	r.waves(ctx, hubs)
	return r.conclude(hubs)
}

// expect tells the console how many hubs are worked on.
func (r *run) expect(hubs []hub.Hub) {
	wanted := 0
	for _, h := range hubs {
		if r.steps[h.Name].Do {
			wanted++
		}
	}
	r.Console.Expect(wanted)
}

// Refused returns the error for a hub that was asked for by name, and that the event may not touch.
func Refused(verb, name string, step plan.Step) error {
	return exit.Input("%s of hub %s refused: %s", verb, name, step.Reason)
}

// run is one Work that is under way.
type run struct {
	Work
	steps map[string]plan.Step // by hub

	mu       sync.Mutex
	failures int
	outcomes map[string]Outcome // by hub
}

// waves works on one group after the other. After a group in which a hub failed, no further group is begun.
func (r *run) waves(ctx context.Context, hubs []hub.Hub) {
	names := make([]string, len(hubs))
	for i, h := range hubs {
		names[i] = h.Name
	}
	waves := plan.Waves(r.Waves, names)
	for i, names := range waves {
		members := slices.DeleteFunc(slices.Clone(hubs), func(h hub.Hub) bool { return !slices.Contains(names, h.Name) })
		if r.failures > 0 {
			r.skip(members, "a hub of an earlier wave failed")
			continue
		}
		if len(waves) > 1 && slices.ContainsFunc(members, func(h hub.Hub) bool { return r.steps[h.Name].Do }) {
			r.Console.Info("", "── wave %d of %d", i+1, len(waves))
		}
		r.wave(ctx, members)
	}
}

// wave works on the hubs, AtATime of them at once, until all have ended.
func (r *run) wave(ctx context.Context, hubs []hub.Hub) {
	var all sync.WaitGroup
	places := make(chan struct{}, max(1, r.AtATime))
	for _, h := range hubs {
		step := r.steps[h.Name]
		if !step.Do {
			r.skip([]hub.Hub{h}, "")
			continue
		}
		places <- struct{}{}
		depart := r.together(ctx)
		leave := sync.OnceFunc(func() {
			depart()
			<-places
		})
		all.Go(func() {
			defer leave()
			early := leave
			if r.StopAfter > 0 {
				early = func() {}
			}
			r.one(ctx, h, step, early)
		})
	}
	all.Wait()
}

// together takes a place among the works of the run, and returns what leaves it. A run that ends waits for none.
func (r *run) together(ctx context.Context) (leave func()) {
	if r.Together == nil {
		return func() {}
	}
	select {
	case r.Together <- struct{}{}:
		return func() { <-r.Together }
	case <-ctx.Done():
		return func() {}
	}
}

// one works on one hub, unless StopAfter hubs have failed already.
func (r *run) one(ctx context.Context, h hub.Hub, step plan.Step, leave func()) {
	if r.spent() {
		r.skip([]hub.Hub{h}, fmt.Sprintf("%d failed (stop_after)", r.StopAfter))
		return
	}
	if r.Held != nil {
		if why := r.Held(h); why != "" {
			r.skip([]hub.Hub{h}, why)
			return
		}
	}
	r.Console.Begin(h.Name, r.Verb, step.Reason)
	start := time.Now()
	text, err := "", ctx.Err()
	if err == nil {
		text, err = r.Do(ctx, h, leave)
	}
	ended := ui.Ended{Outcome: text, Told: isDiagnosed(err)}
	if err != nil {
		ended.Failed = exit.Cause(err)
	}
	r.Console.End(h.Name, r.Verb, ended)
	r.tell(h, err)
	r.note(h, Outcome{Begun: true, Text: text, Err: err, Took: time.Since(start)})
}

// skip notes hubs that are not begun, with the reason of their plan if it has one, else with why.
func (r *run) skip(hubs []hub.Hub, why string) {
	for _, h := range hubs {
		switch step := r.steps[h.Name]; {
		case step.Do:
			r.Console.LeftOut(h.Name, r.Verb, "not begun: "+why)
			r.note(h, Outcome{Text: "not begun: " + why})
		case step.Blocked:
			refused := Refused(r.Verb, h.Name, step)
			r.tell(h, refused)
			r.note(h, Outcome{Err: refused})
		default:
			r.Console.LeftOut(h.Name, r.Verb, step.Reason)
			r.note(h, Outcome{Text: "no " + r.Verb + ": " + step.Reason})
		}
	}
}

func (r *run) note(h hub.Hub, how Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	how.Hub = h.Name
	r.outcomes[h.Name] = how
	if how.Err != nil {
		r.failures++
	}
}

func (r *run) spent() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.StopAfter > 0 && r.failures >= r.StopAfter
}
