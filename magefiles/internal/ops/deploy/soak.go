package deploy

import (
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// waiting returns the hub that is to go next of those that wait for an earlier round; false if none waits.
func (d *rounds) waiting() (next plan.Hub, waits bool) {
	for _, part := range d.own() {
		for _, h := range part.Plan.Hubs {
			if h.Deploy.Waits && (!waits || h.Round.Number < next.Round.Number) {
				next, waits = h, true
			}
		}
	}
	return next, waits
}

// soak waits for the end of a soak time, if it is not far off. It reports whether the run goes on.
func (d *rounds) soak(ctx context.Context) (goOn bool, err error) {
	next, waits := d.waiting()
	if !waits || next.Round.Opens == 0 || next.Round.Opens > d.Config.RoundWait {
		return false, nil
	}
	d.Console.Info("", "round %d of %d soaks until %s", next.Round.After, d.number(), plan.Clock(time.Now(), next.Round.Opens))
	defer d.Console.Beat(ui.Heartbeat, "waiting for the end of the soak time")()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-time.After(max(next.Round.Opens, time.Second)):
		return true, nil
	}
}

// lookBefore looks, before a round begins, whether the hubs of the round before are still well: those that have got something new since the hubs of
// this one were deployed. What is found out here fails the earlier round.
func (d *rounds) lookBefore(ctx context.Context) error {
	turns := d.due(false)
	number := beginning(turns)
	if number <= d.looked {
		return nil
	}
	d.looked = number
	before, hubs := d.newer(number, turns)
	if len(hubs) == 0 {
		return nil
	}
	d.look(ctx, before, hubs)
	return d.join()
}

// newer returns the hubs of the last round before one that have had theirs for a shorter time than a hub of that.
func (d *rounds) newer(number int, turns []turn) (before int, hubs map[*roundsPart][]hub.Hub) {
	var longest time.Duration
	for _, t := range turns {
		for _, h := range t.plans {
			if h.Deploy.Do && h.Round.Number == number {
				longest = max(longest, t.part.FactsOf(h.Name).Release.Had)
			}
		}
	}
	for _, part := range d.parts {
		for _, h := range part.Plan.Hubs {
			if h.Round.Number < number {
				before = max(before, h.Round.Number)
			}
		}
	}
	hubs = map[*roundsPart][]hub.Hub{}
	for _, part := range d.parts {
		if part.releases == nil {
			continue
		}
		for i, h := range part.Plan.Hubs {
			release := part.FactsOf(h.Name).Release
			if before > 0 && h.Round.Number == before && release.Running.Number > 0 && release.Foreign == "" && release.Had < longest {
				hubs[part] = append(hubs[part], part.Hubs[i])
			}
		}
	}
	return before, hubs
}

// look asks hubs of a round as 'mage rollout' does.
func (d *rounds) look(ctx context.Context, round int, hubs map[*roundsPart][]hub.Hub) {
	asked := plan.Step{Do: true, Reason: fmt.Sprintf("round %d has soaked, is this hub still well?", round)}
	d.each(func(part *roundsPart) error {
		if len(hubs[part]) == 0 {
			return nil
		}
		work := fanout.Work{
			Verb: "rollout", Console: d.Console, AtATime: atATime(d.Config.On(part.Cluster)), Together: d.Together,
			Step: func(plan.Hub) plan.Step { return asked },
			Do: func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
				outcome, err := part.releases.StillWell(ctx, h, leave)
				if err != nil && ctx.Err() == nil {
					part.NoteFailed(h.Name)
				}
				return outcome, err
			},
		}
		return work.Run(ctx, hubs[part], make([]plan.Hub, len(hubs[part])))
	})
}

// conclude tells what waits, what became of each of several clusters, and in the last line how it goes on. It returns what failed.
func (d *rounds) conclude(ctx context.Context) (failures []error) {
	for _, part := range d.parts {
		failures = append(failures, part.failures...)
	}
	if ctx.Err() != nil {
		return failures
	}
	own := d.own()
	for _, part := range own {
		for _, h := range part.Plan.Hubs {
			if h.Deploy.Waits && !d.begun[h.Name] {
				d.Console.Result("%s: no deploy: %s", h.Name, h.Deploy.Reason)
			}
		}
	}
	if len(own) > 1 {
		for _, part := range own {
			d.Console.Result("cluster %s: %s", part.Cluster, part.became())
		}
	}
	next, waits := d.waiting()
	switch {
	case d.moved != "":
		d.Console.Result("nothing more is deployed: %s", d.moved)
	case !waits || d.named:
	case next.Round.Opens > 0 && len(failures) == 0:
		d.Console.Result("round %d of %d is deployed; round %d may begin at %s; the next run goes on", next.Round.After, d.number(), next.Round.Number, plan.Clock(time.Now(), next.Round.Opens))
	default:
		d.Console.Result("round %d of %d %s", next.Round.Number, d.number(), next.Deploy.Reason)
	}
	return failures
}

// became says what became of a cluster.
func (p *roundsPart) became() run.Became {
	waits := false
	for _, h := range p.Plan.Hubs {
		waits = waits || h.Deploy.Waits
	}
	switch {
	case len(p.failures) > 0:
		return run.HasFailed
	case waits:
		return run.ItWaits
	case p.releases == nil:
		return run.NothingToDo
	}
	return run.AllIsWell
}
