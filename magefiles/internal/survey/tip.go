package survey

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
)

// EventNow returns the event of the run, with the branch's newer commit if it has moved on since this build was started. A build
// that was queued, or restarted weeks later, must not deploy old content over new.
func (s *Surveyor) EventNow(ctx context.Context, v *Survey) (ci.Event, error) {
	event := s.session.Config.Event
	if event.Kind != ci.Push || !s.session.Config.Deploying() {
		return event, nil
	}
	tip, known, err := v.Repo.Tip(ctx, event.Branch)
	switch {
	case err != nil:
		return event, exit.Errorf(exit.Setup, "asking origin where %s is now, so that no older build deploys over a newer one: %w", event.Branch, err).
			Try("see that 'git ls-remote origin' works here, with the credentials of this run")
	case known && tip == "":
		event.Tip.Deleted = true
	case known && tip != v.Head.Hash:
		event.Tip.Commit = fmt.Sprintf("%.12s", tip)
	}
	return event, nil
}
