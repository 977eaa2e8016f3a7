package deploy

import (
	"context"
	"errors"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
)

// rounds is a deploy whose changes go in rounds over all clusters. Package plan decides what goes when, from what the clusters say, so that any
// run goes on where another one ended: there is no other state. A run deploys what may be deployed, asks the clusters again, and ends when nothing
// is left that it may do, or when the next round is too far off.
type rounds struct {
	*deploying
	found *survey.Survey
	named bool // a hub was asked for by its name
	parts []*roundsPart

	begun  map[string]bool // hubs that have had their turn in this run
	looked int             // the last round before which the hubs of the earlier one were looked at
	moved  string          // why nothing more is deployed: the branch has moved on

	mu       sync.Mutex
	failedAt map[int]string // by round: the first hub that failed
}

// roundsPart is one cluster of it.
type roundsPart struct {
	*survey.Survey
	needed   bool              // the cluster has to be asked
	beyond   bool              // the run is not about its hubs, and asks after them: see survey.Beyond
	releases *release.Releases // nil if it was not asked, or cannot be used
	ready    bool              // helm was found
	failures []error
	away     error // why one beyond cannot be asked

	mu     sync.Mutex
	unwell []string // hubs that failed, in whatever round
}

// behind reports whether a hub is of a later wave than one that failed.
func (p *roundsPart) behind(waves [][]string, name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.unwell, func(failed string) bool { return plan.WaveOf(waves, failed) < plan.WaveOf(waves, name) })
}

// turn are the hubs of a cluster whose turn it is.
type turn struct {
	part  *roundsPart
	hubs  []hub.Hub
	plans []plan.Hub
}

func (t *turn) add(i int) {
	t.hubs, t.plans = append(t.hubs, t.part.Hubs[i]), append(t.plans, t.part.Plan.Hubs[i])
}

func (t *turn) any() bool {
	return slices.ContainsFunc(t.plans, func(h plan.Hub) bool { return h.Deploy.Do })
}

// deployInRounds deploys the hubs of a survey.
func (d *deploying) deployInRounds(ctx context.Context, found *survey.Survey, parts []*survey.Survey, which fanout.Selection) error {
	all := &rounds{deploying: d, found: found, named: len(which.Names()) > 0, begun: map[string]bool{}, failedAt: map[int]string{}}
	needed := found.Concerned(parts)
	for _, part := range parts {
		all.parts = append(all.parts, &roundsPart{Survey: part, needed: slices.Contains(needed, part)})
	}
	if err := all.connect(ctx); err != nil {
		return err
	}
	if err := all.lookBeyond(ctx); err != nil {
		return err
	}
	for _, part := range all.own() {
		if part.releases != nil {
			defer part.releases.TellStates(ctx, part.Survey)
			defer part.releases.EndRooms(ctx, part.Survey)
		}
	}
	err := all.passes(ctx, which)
	return errors.Join(append(all.conclude(ctx), err)...)
}

// passes deploys round after round, as far as this run gets.
func (d *rounds) passes(ctx context.Context, which fanout.Selection) error {
	for first := true; ; first = false {
		if err := d.lookBefore(ctx); err != nil {
			return err
		}
		turns := d.due(first)
		if !first && len(turns) == 0 {
			if goOn, err := d.soak(ctx); !goOn || err != nil {
				return err
			}
		} else {
			d.pass(ctx, turns, which)
		}
		if err := d.ask(ctx); err != nil {
			return err
		}
		if stale, err := d.staleNow(ctx); stale || err != nil {
			return err
		}
	}
}

// connect asks each cluster that the run needs what it has. One that cannot be used does not stop the others, but all later rounds.
func (d *rounds) connect(ctx context.Context) error {
	d.each(func(part *roundsPart) error {
		if !part.needed {
			return nil
		}
		releases, err := d.releases(ctx, part.Survey)
		if err == nil {
			err = d.On(part.Survey).Confirm(ctx)
		}
		if err == nil {
			err = d.Surveyor.AskClusterToDeploy(ctx, part.Survey)
		}
		if err == nil {
			part.releases = releases
			return nil
		}
		return d.unreached(part.Survey, func(h plan.Hub) plan.Step { return h.Deploy }, err)
	})
	if len(d.parts) == 1 && d.parts[0].Cluster == "" && len(d.parts[0].failures) > 0 {
		return d.parts[0].failures[0]
	}
	return d.join()
}

// each does a thing for all clusters at once, and notes what failed.
func (d *rounds) each(do func(*roundsPart) error) {
	var all sync.WaitGroup
	for _, part := range d.parts {
		all.Go(func() {
			if err := do(part); err != nil {
				part.failures = append(part.failures, run.InCluster(part.Survey, err))
			}
		})
	}
	all.Wait()
}

// join makes the plan of all clusters anew.
func (d *rounds) join() error {
	var answered, parts []*survey.Survey
	for _, part := range d.parts {
		parts = append(parts, part.Survey)
		if part.releases != nil {
			answered = append(answered, part.Survey)
		}
	}
	return d.found.Join(answered, parts)
}

// ask asks the clusters again, after a pass or a soak time.
func (d *rounds) ask(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.each(func(part *roundsPart) error {
		if part.releases == nil {
			return nil
		}
		err := d.Surveyor.AskClusterToDeploy(ctx, part.Survey)
		if err != nil {
			part.releases = nil
			part.Forget()
		}
		if part.beyond {
			part.away = err
			return nil
		}
		return run.InCluster(part.Survey, err)
	})
	for _, part := range d.parts {
		if part.away != nil {
			d.found.AwayBy(part.Cluster, part.away)
		}
	}
	return d.join()
}

// due returns the hubs whose turn it is. The first time those with which nothing is done are among them, so that they are told.
func (d *rounds) due(first bool) []turn {
	var turns []turn
	for _, part := range d.own() {
		if part.needed && part.releases == nil {
			continue
		}
		own := turn{part: part}
		for i, h := range part.Plan.Hubs {
			told := first && !h.Deploy.Do && (!h.Deploy.Waits || d.named)
			if !d.begun[h.Name] && (h.Deploy.Do || told) {
				own.add(i)
			}
		}
		if len(own.hubs) > 0 {
			turns = append(turns, own)
		}
	}
	return turns
}

// pass deploys the hubs whose turn it is, on all clusters at once.
func (d *rounds) pass(ctx context.Context, turns []turn, which fanout.Selection) {
	if number := beginning(turns); number > 0 {
		d.Console.Info("", "── round %d of %d", number, d.number())
	}
	own := map[*roundsPart]turn{}
	for _, t := range turns {
		own[t.part] = t
		for _, h := range t.hubs {
			d.begun[h.Name] = true
		}
	}
	d.each(func(part *roundsPart) error {
		if t, has := own[part]; has {
			return d.deployTurn(ctx, t, which)
		}
		return nil
	})
}

// beginning is the round that a pass deploys, 0 if it deploys what goes in none.
func beginning(turns []turn) (number int) {
	for _, t := range turns {
		for _, h := range t.plans {
			if h.Deploy.Do && len(h.Round.Change) > 0 && (number == 0 || h.Round.Number < number) {
				number = h.Round.Number
			}
		}
	}
	return number
}

// number is how many rounds there are.
func (d *rounds) number() int { return len(d.found.Facts.Rounds.Steps) }

// deployTurn deploys hubs of one cluster, in its waves.
func (d *rounds) deployTurn(ctx context.Context, t turn, which fanout.Selection) error {
	part, settings := t.part, d.Config.On(t.part.Cluster)
	if t.any() && !part.ready {
		err := part.Fleet.CheckTiller()
		if err == nil {
			err = part.releases.Prepare(ctx)
		}
		if err != nil {
			return d.unreached(part.Survey, func(h plan.Hub) plan.Step { return h.Deploy }, err)
		}
		part.ready = true
	}
	work := fanout.Work{
		Verb: "deploy", Console: d.Console, AtATime: atATime(settings), Together: d.Together, Selection: which, Waves: settings.Waves, StopAfter: settings.StopAfter,
		Note: d.deployed.note, Step: func(h plan.Hub) plan.Step { return h.Deploy },
		Held: func(h hub.Hub) string {
			if part.behind(settings.Waves, h.Name) { // which failed in an earlier pass
				return "a hub of an earlier wave failed"
			}
			return d.stopped(part.Of(h.Name).Round)
		},
		Do: func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
			outcome, err := part.releases.Deploy(ctx, part.Survey, h, leave)
			d.note(ctx, part, h.Name, err)
			return outcome, err
		},
	}
	return work.Run(ctx, t.hubs, t.plans)
}

// stopped says why a hub with a change that goes in rounds is not begun any more: another one of its round has failed, wherever it is.
func (d *rounds) stopped(round plan.Round) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if failed := d.failedAt[round.Number]; failed != "" && len(round.Change) > 0 {
		return failed + " of the same round failed"
	}
	return ""
}

// note notes how a deploy ended.
func (d *rounds) note(ctx context.Context, part *roundsPart, name string, err error) {
	if err == nil {
		part.NoteDeployed(name)
		return
	}
	if ctx.Err() != nil {
		return
	}
	part.NoteFailed(name)
	part.mu.Lock()
	part.unwell = append(part.unwell, name)
	part.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if round := part.Of(name).Round; d.failedAt[round.Number] == "" && len(round.Change) > 0 {
		d.failedAt[round.Number] = name
	}
}

// staleNow reports whether the branch has moved on since: then the run of the newer commit goes on.
func (d *rounds) staleNow(ctx context.Context) (bool, error) {
	if len(d.due(false)) == 0 {
		return false, nil
	}
	event, err := d.Surveyor.EventNow(ctx)
	if err != nil || !event.Tip.Moved() {
		return false, err
	}
	d.moved = plan.Stale(event)
	d.deployed.stopped = d.moved
	return true, nil
}
