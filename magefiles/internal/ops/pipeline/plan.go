// Package pipeline says what an event of CI, or a person, calls for. In go the surveys of a run and its event; out come the plan in words, the
// gates, what reviewers are told, the jobs that hubs are divided among, and what mage ci is to do. Nothing is built, pushed or deployed here.
package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// Plan prints what a run would do to each hub, and why. It changes nothing.
func Plan(ctx context.Context) error {
	r := run.Of(ctx)
	made, err := makePlan(ctx, r)
	if err != nil {
		return err
	}
	run.KeptBy[printed](r).planned = &made
	r.Console.Journal.Plan(made.document(r.Config))
	return r.Present(made.document(r.Config), func() error { return made.show(r) })
}

// planned is a plan with all that is told beside it.
type planned struct {
	found       *survey.Survey
	parts       []*survey.Survey
	repository  string // of images, with {hub}; "" if that is not set
	problems    []string
	orphans     []string
	uncommitted map[string][]string // files, by hub
}

// printed is the plan that a run has printed; nil if it has printed none.
type printed struct{ *planned }

// makePlan makes the plan, with what the clusters say on which the event may deploy.
func makePlan(ctx context.Context, r *run.Run) (made planned, err error) {
	if made.found, err = r.Surveyor.Of(ctx); err != nil {
		return made, err
	}
	made.parts = r.Surveyor.Parts(made.found)
	answered, unanswered, err := askIfAllowed(ctx, r, made.found.Concerned(made.parts))
	if err != nil {
		return made, err
	}
	if err := joinBeyond(ctx, r, made.found, answered, made.parts); err != nil {
		return made, err
	}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return made, err
	}
	made.repository, made.problems = registry.Repository("{hub}"), unanswered
	unmatched, err := r.Surveyor.Unmatched(ctx)
	if err != nil {
		return made, err
	}
	names, err := r.Surveyor.Names(ctx)
	if err != nil {
		return made, err
	}
	unmatched = append(unmatched, r.Surveyor.UnusedImages(made.found)...)
	for _, problem := range append(plan.UnknownHubs(r.Config.Branches, func(name string) bool { return slices.Contains(names, name) }), unmatched...) {
		made.problems = append(made.problems, "hubops.yaml: "+problem)
	}
	made.uncommitted = map[string][]string{}
	for _, h := range made.found.Hubs {
		if made.uncommitted[h.Name], err = r.Surveyor.Uncommitted(ctx, h); err != nil {
			return made, err
		}
	}
	for _, part := range made.parts {
		if err := addFleet(ctx, r, part, &made); err != nil {
			return made, err
		}
	}
	return made, nil
}

// joinBeyond makes the plan of all parts, also with what others have that decide by the rounds what these may have.
func joinBeyond(ctx context.Context, r *run.Run, found *survey.Survey, answered, parts []*survey.Survey) error {
	if err := found.Join(answered, parts); err != nil || !found.InRounds() {
		return err
	}
	beyond, err := r.Surveyor.Beyond(ctx, found, parts, true, r.Surveyor.AskCluster)
	if err != nil {
		return err
	}
	return found.Join(append(answered, beyond...), parts)
}

// addFleet adds what the cluster of a part has to say, if it was asked.
func addFleet(ctx context.Context, r *run.Run, part *survey.Survey, made *planned) error {
	if part.Fleet == nil {
		return nil
	}
	made.problems = append(made.problems, part.PlatformNotes()...)
	notes, err := r.Surveyor.TwinNotes(ctx, part)
	if err != nil {
		return err
	}
	made.problems = append(made.problems, notes...)
	orphans, err := r.Surveyor.OrphanNotes(ctx, part)
	made.orphans = append(made.orphans, orphans...)
	return err
}

// document is the plan for machines.
func (p planned) document(settings *config.Config) document.Plan {
	event := p.found.Event()
	doc := document.Plan{
		Version: document.Version, Kind: document.PlanKind, Event: event.String(), Branch: event.Branch, Commit: p.found.Head.Hash, Images: p.repository,
		Problems: p.problems, Orphans: p.orphans,
	}
	for _, part := range p.parts {
		for _, h := range part.Plan.Hubs {
			one := document.PlannedHub{
				Hub: h.Name, Cluster: part.Cluster, Owner: h.Owner, Round: h.Round.Number, Wave: plan.WaveOf(settings.On(part.Cluster).Waves, h.Name) + 1,
				Build: stepOf(h.Build), Push: stepOf(h.Push), Deploy: stepOf(h.Deploy), Uncommitted: p.uncommitted[h.Name],
			}
			for _, image := range h.Images {
				one.Images = append(one.Images, document.PlannedImage{Key: image.Key, Tag: image.Tag, Build: stepOf(image.Build), Check: stepOf(image.Check), Push: stepOf(image.Push)})
			}
			doc.Hubs = append(doc.Hubs, one)
		}
	}
	slices.SortStableFunc(doc.Hubs, func(a, b document.PlannedHub) int { return strings.Compare(a.Hub, b.Hub) })
	return doc
}

func stepOf(s plan.Step) document.Step {
	return document.Step{Do: s.Do && !s.Waits, Is: s.Word(), Reason: s.Reason}
}

// askIfAllowed asks the clusters on which the event may deploy, all at the same time, and returns the parts that were answered. If one does not
// answer, the plan is made all the same; told says what is not known.
func askIfAllowed(ctx context.Context, r *run.Run, parts []*survey.Survey) (answered []*survey.Survey, told []string, err error) {
	unanswered := make([]error, len(parts))
	group, asking := errgroup.WithContext(ctx)
	for i, part := range parts {
		group.Go(func() error {
			_, err := r.On(part).Cluster(asking)
			if err == nil {
				if err = r.Surveyor.AskCluster(asking, part); exit.Code(err) == exit.BadInput {
					return err
				}
			}
			unanswered[i] = run.InCluster(part, err)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	for i, part := range parts {
		if unanswered[i] != nil {
			told = append(told, fmt.Sprintf("what is deployed is not known: %v", unanswered[i]))
			continue
		}
		answered = append(answered, part)
	}
	return answered, told, nil
}

// KeepPlan has the report of the run show a plan.
func KeepPlan(r *run.Run, found *survey.Survey, parts []*survey.Survey) {
	r.Console.Journal.Plan(planned{found: found, parts: parts}.document(r.Config))
}
