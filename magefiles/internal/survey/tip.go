package survey

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/plan"
)

// Gate returns whether this run may change the hub, which need not be in the repository any more: by the event, and in CI by where
// the branch is now.
func (s *Surveyor) Gate(ctx context.Context, name string) (plan.Step, error) {
	owner, err := plan.Owner(s.session.Config.Branches, name)
	if err != nil {
		return plan.Step{}, err
	}
	gate := plan.Gate(s.session.Config.Event, name, owner)
	if gate.Refused {
		return gate, nil // without asking anybody
	}
	event, err := s.event(ctx)
	if err != nil {
		return plan.Step{}, err
	}
	return plan.Gate(event, name, owner), nil
}

// event returns what EventNow returned when the run asked first.
func (s *Surveyor) event(ctx context.Context) (ci.Event, error) {
	s.asking.Lock()
	defer s.asking.Unlock()
	if s.asked != nil {
		return *s.asked, nil
	}
	event, err := s.EventNow(ctx)
	if err == nil {
		s.asked = &event
	}
	return event, err
}

// EventNow returns the event of the run, with the branch's newer commit if it has moved on since this build was started. A build
// that was queued, or restarted weeks later, must not deploy old content over new. So in CI it is an error if that cannot be asked.
func (s *Surveyor) EventNow(ctx context.Context) (ci.Event, error) {
	event := s.session.Config.Event
	if event.Kind != ci.Push || !s.session.Config.Deploying() {
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
	tip, known, err := repo.Tip(ctx, event.Branch)
	switch {
	case err != nil:
		return event, exit.Errorf(exit.Setup, "asking origin where %s is now, so that no older build deploys over a newer one: %w", event.Branch, err).
			Try("see that 'git ls-remote origin' works here, with the credentials of this run")
	case !known:
		return event, exit.Errorf(exit.Setup, "this clone has no remote called origin to ask where %s is now: an older build could deploy over a newer one", event.Branch).
			Try("have CI clone the repository, or add that remote")
	case tip == "":
		event.Tip.Deleted = true
	case tip != head.Hash:
		event.Tip.Commit = fmt.Sprintf("%.12s", tip)
	}
	return event, nil
}
