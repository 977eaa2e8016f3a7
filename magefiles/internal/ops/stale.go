package ops

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/plan"
)

// noteNewer notes in the event whether the branch has moved on since this build was started. A build that was queued,
// or that somebody restarts weeks later, must not put old content over new.
func (s *Session) noteNewer(ctx context.Context, repo *git.Repo, head git.Commit) error {
	event := &s.Config.Event
	if event.Kind != ci.Push || event.Newer != "" || !s.Config.Deploying() {
		return nil
	}
	tip, known, err := repo.Tip(ctx, event.Branch)
	switch {
	case err != nil:
		return exit.With(exit.Setup, fmt.Errorf("asking origin where %s is now, so that no older build deploys over a newer one: %w", event.Branch, err))
	case known && tip == "":
		event.Newer = "nothing: it was deleted"
	case known && tip != head.Hash:
		event.Newer = fmt.Sprintf("%.12s", tip)
	}
	return nil
}

// unlessStale carries out a step of CI if the branch is still where it was when the run began: images can take half an
// hour to build.
func unlessStale(verb Verb) Verb {
	return func(ctx context.Context, s *Session) error {
		if err := s.noteNewer(ctx, s.known.repo, s.known.head); err != nil {
			return err
		}
		if s.Config.Event.Newer != "" {
			s.Console.Result("nothing is deployed: %s", plan.Stale(s.Config.Event))
			return nil
		}
		return verb(ctx, s)
	}
}
