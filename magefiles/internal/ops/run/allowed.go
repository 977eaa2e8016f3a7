package run

import (
	"context"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
)

// Allowed checks a hub's name, and whether the event may push and deploy it, before anything else is done.
func Allowed(ctx context.Context, verb, name string) error {
	r := Of(ctx)
	if _, err := r.Surveyor.Hubs(ctx, name); err != nil {
		return err
	}
	if verb == "deploy" && r.Config.Event.Resumes {
		return nil // the plan says whether that goes on with rounds
	}
	return MayTouch(ctx, verb, name)
}

// MayTouch does the checks of Allowed for a hub that need not be in the repository any more.
func MayTouch(ctx context.Context, verb, name string) error {
	_, err := Of(ctx).Enter(ctx, verb, name)
	return err
}

// Enter returns the pass for a hub, or the error for one that the event may not touch.
func (r *Run) Enter(ctx context.Context, verb, name string) (plan.Pass, error) {
	if err := hub.CheckName(name); err != nil {
		return plan.Pass{}, err
	}
	gate, pass, err := r.Surveyor.Enter(ctx, name)
	if err == nil && gate.Refused {
		err = fanout.Refused(verb, name, gate)
	}
	return pass, err
}
