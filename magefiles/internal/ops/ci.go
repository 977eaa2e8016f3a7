package ops

import (
	"context"

	"hub-ops/magefiles/internal/plan"
)

// step is one part of a CI run.
type step struct {
	title string
	do    Verb
}

// CI does what the event calls for. A push to a branch that owns hubs builds, pushes and deploys those; anything else
// builds the changed images and the documentation, and touches neither registry nor cluster.
func CI(ctx context.Context, s *Session) (err error) {
	if s.known, err = s.survey(ctx); err != nil {
		return err
	}
	for _, next := range append([]step{{"lint", LintHubs}, {"plan", Plan}}, s.ciSteps(s.known)...) {
		if err := s.fold(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) fold(ctx context.Context, next step) error {
	defer s.Console.Fold(next.title)()
	return next.do(ctx, s)
}

func (s *Session) ciSteps(v *survey) []step {
	var owned selection
	for _, h := range v.plan.Hubs {
		if h.Gate.Do {
			owned.names = append(owned.names, h.Name)
		}
	}
	if s.Config.Event.Newer != "" {
		s.Console.Result("ci: nothing is built, pushed or deployed: %s", plan.Stale(s.Config.Event))
		return nil
	}
	if len(owned.names) == 0 || !s.Config.Event.InCI() {
		s.Console.Info("", "ci: %s: images and documentation are built, nothing is pushed or deployed", s.Config.Event)
		return []step{{"build", BuildAll}, {"docs", Docs}}
	}
	return []step{
		{"setup", Setup},
		{"build", func(ctx context.Context, s *Session) error { return s.build(ctx, owned) }},
		{"push", func(ctx context.Context, s *Session) error { return s.push(ctx, owned) }},
		{"deploy and rollout", unlessStale(func(ctx context.Context, s *Session) error { return s.deploy(ctx, owned) })},
	}
}
