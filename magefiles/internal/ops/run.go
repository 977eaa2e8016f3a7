// Package ops carries out the targets that an operator calls, one file for each verb. Only the package magefiles/targets calls it. Do opens the run
// and puts it into the context; a verb takes it from there, chooses the hubs, and passes them to packages fanout and release, or
// to the image packages.
package ops

import (
	"context"
	"sync"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// run is one target of the command line with all targets that it depends on. They share its session, its connections and its
// surveys. Mage gives each target of the command line a context of its own, so 'mage push deploy' is two runs.
type run struct {
	*session.Session
	to       *connect.Connections
	surveyor *survey.Surveyor
	leftOut  sync.Once // prints once that setup is left out
	putOff   failures  // that the run goes on after
	unready  unready
	deployed outcomes
	applied  applied
	made     *planned      // the plan that was printed; nil if none was
	reviewed *reviewed     // what reviewers were told; nil if nothing was
	together chan struct{} // see fanout.Work
}

func newRun(s *session.Session) *run {
	to := connect.New(s)
	return &run{Session: s, to: to, surveyor: survey.New(s, to), together: together(s.Config)}
}

// runKey is the context's key for the run.
type runKey struct{}

func withRun(ctx context.Context, r *run) context.Context { return context.WithValue(ctx, runKey{}, r) }

// runOf returns the run that a context belongs to, nil if there is none yet.
func runOf(ctx context.Context) *run {
	r, _ := ctx.Value(runKey{}).(*run)
	return r
}

// Session returns the session of the run that a context belongs to.
func Session(ctx context.Context) *session.Session { return runOf(ctx).Session }

// Connections returns the connections of the run that a context belongs to.
func Connections(ctx context.Context) *connect.Connections { return runOf(ctx).to }

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
	return context.WithValue(ctx, stagesKey{}, false), runOf(ctx).Console.Fold(title)
}
