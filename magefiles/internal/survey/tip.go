package survey

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// Enter returns whether this run may change the hub, which need not be in the repository any more, and the pass for that: by the event, and
// in CI by where the branch is now, and by what the default branch says.
func (s *Surveyor) Enter(ctx context.Context, name string) (gate plan.Step, pass plan.Pass, err error) {
	event := s.session.Config.Event
	here, err := s.to.Branches(ctx)
	if err != nil {
		return gate, pass, err
	}
	own, err := plan.OwnershipOf(here, plan.Owners{}, name)
	if err != nil {
		return gate, pass, err
	}
	if !event.OfBranch() || own.Here != event.Branch {
		gate, pass = plan.Enter(event, name, s.namesOf(ctx, name), own)
		return gate, pass, nil // without asking anybody
	}
	if event, err = s.event(ctx); err != nil {
		return gate, pass, err
	}
	owners, err := s.owners(ctx, event)
	if err != nil {
		return gate, pass, err
	}
	if own, err = plan.OwnershipOf(here, owners, name); err != nil {
		return gate, pass, err
	}
	gate, pass = plan.Enter(event, name, s.namesOf(ctx, name), own)
	if err := s.checkImages(ctx, event, gate, s.placeholders(ctx, name), s.ImagesOf(ctx, name)); err != nil {
		return gate, plan.Pass{}, err
	}
	return gate, pass, nil
}

// checkImages refuses a push that may change a hub to change images of another branch's: see connect. On somebody's machine the checkout's
// own file counts.
func (s *Surveyor) checkImages(ctx context.Context, event ci.Event, gate plan.Step, names layout.Names, images []hub.Image) error {
	if !event.OfBranch() || !gate.Do {
		return nil
	}
	for _, image := range images {
		if image.BuiltElsewhere() {
			continue // nothing is pushed there
		}
		if err := s.to.CheckImage(ctx, names, image.Name, image.At); err != nil {
			return err
		}
	}
	return nil
}

// placeholders are what the placeholders of the layout stand for, for a hub; of one that the repository does not have, its name alone.
func (s *Surveyor) placeholders(ctx context.Context, name string) layout.Names {
	if directory, err := s.list(ctx); err == nil && directory.Has(name) {
		return directory.Place(name).Names
	}
	return layout.Names{Hub: name}
}

// owners returns which branches own hubs at origin, where that matters for an event.
func (s *Surveyor) owners(ctx context.Context, event ci.Event) (plan.Owners, error) {
	if !event.OfBranch() || event.Tip.Moved() || !s.session.Config.Deploying() {
		return plan.Owners{}, nil
	}
	return s.to.Owners(ctx)
}

// event returns the event of the run with where its branch was when the run asked first.
func (s *Surveyor) event(ctx context.Context) (ci.Event, error) { return s.eventBy(ctx, s.to.Heads) }

// EventNow returns the event of the run, with the branch's newer commit if it has moved on since this build was started. A build
// that was queued, or restarted weeks later, must not deploy old content over new. So in CI it is an error if that cannot be asked.
func (s *Surveyor) EventNow(ctx context.Context) (ci.Event, error) {
	return s.eventBy(ctx, s.to.AskOrigin)
}

func (s *Surveyor) eventBy(ctx context.Context, ask func(context.Context) (git.Heads, error)) (ci.Event, error) {
	event := s.session.Config.Event
	if !event.OfBranch() || !s.session.Config.Deploying() {
		return event, nil
	}
	repo, err := s.to.Git(ctx)
	if err != nil {
		return event, err
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return event, err
	}
	heads, err := ask(ctx)
	switch {
	case err != nil:
		return event, err
	case heads.Tip == "":
		event.Tip.Deleted = true
	case heads.Tip != head.Hash:
		event.Tip.Commit = fmt.Sprintf("%.12s", heads.Tip)
	}
	return event, nil
}
