// Package run is one target of the command line, with all targets that it depends on. In goes what a target does: Do opens the run, puts
// it into the context, and returns the error as Mage is to end with. A verb takes the run from the context, and from the run what all
// verbs need: the session, the connections, the surveys, a thing to be done on each cluster, and where what it has found is written.
package run

import (
	"context"
	"sync"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// Run is one target of the command line with all targets that it depends on. They share its session, its connections and its
// surveys. Mage gives each target of the command line a context of its own, so 'mage push deploy' is two runs.
type Run struct {
	*session.Session
	To       *connect.Connections
	Surveyor *survey.Surveyor
	Together chan struct{} // see fanout.Work
	putOff   failures      // that the run goes on after
	kept     sync.Map      // see KeptBy
}

// New returns a run in a session, which finds all else when it is asked for it.
func New(s *session.Session) *Run {
	to := connect.New(s)
	return &Run{Session: s, To: to, Surveyor: survey.New(s, to), Together: together(s.Config)}
}

// KeptBy returns the one T of a run, which is empty at first: what a target leaves for a later one of the run. A T is of one file.
func KeptBy[T any](r *Run) *T {
	kept, _ := r.kept.LoadOrStore((*T)(nil), new(T))
	return kept.(*T)
}

// runKey is the context's key for the run.
type runKey struct{}

// With returns a context that belongs to a run.
func With(ctx context.Context, r *Run) context.Context { return context.WithValue(ctx, runKey{}, r) }

// Of returns the run that a context belongs to, nil if there is none yet.
func Of(ctx context.Context) *Run {
	r, _ := ctx.Value(runKey{}).(*Run)
	return r
}

// stagesKey is the context's key for whether the targets called with it are stages.
type stagesKey struct{}

// Stages returns a context for the targets that a run consists of: each becomes a section of the log, which a CI system can
// fold away. What these depend on belongs to their section.
func Stages(ctx context.Context) context.Context { return context.WithValue(ctx, stagesKey{}, true) }

// inStage opens the section of a stage. Without Stages there is none, and end does nothing.
func inStage(ctx context.Context, title string) (inside context.Context, end func()) {
	if is, _ := ctx.Value(stagesKey{}).(bool); !is {
		return ctx, func() {}
	}
	return context.WithValue(ctx, stagesKey{}, false), Of(ctx).Console.Fold(title)
}
