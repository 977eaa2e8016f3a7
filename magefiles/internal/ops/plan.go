package ops

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// Plan prints what a run would do to each hub, and why. It changes nothing.
func Plan(ctx context.Context) error {
	r := runOf(ctx)
	found, err := r.surveyor.Of(ctx)
	if err != nil {
		return err
	}
	if err := r.askIfAllowed(ctx, found); err != nil {
		return err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return err
	}
	r.Console.Result("%s, commit %.12s; images are %s", found.Plan.Event, found.Head.Hash, registry.Repository("{hub}"))
	r.Console.Table(planRows(found.Plan))
	for _, problem := range plan.UnknownHubs(r.Config.Branches, found.Has) {
		r.Console.Problem("", "hubops.yaml: %s", problem)
	}
	if err := r.showUncommitted(ctx, found); err != nil || found.Fleet == nil {
		return err
	}
	for _, note := range found.PlatformNotes() {
		r.Console.Problem("", "%s", note)
	}
	return r.showOrphans(ctx, found.Orphans())
}

// showUncommitted names what would be deployed, and is in no commit.
func (r *run) showUncommitted(ctx context.Context, found *survey.Survey) error {
	for _, h := range found.Hubs {
		changed, err := r.surveyor.Uncommitted(ctx, h)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			r.Console.Info(h.Name, "%s: not committed", ui.Some(changed))
		}
	}
	return nil
}

// askIfAllowed asks the cluster if the event may deploy. If the cluster does not answer, the plan is printed all the same, and says
// what is not known.
func (r *run) askIfAllowed(ctx context.Context, found *survey.Survey) error {
	if !slices.ContainsFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.Gate.Do }) {
		return nil
	}
	_, err := r.to.Cluster(ctx)
	if err == nil {
		if err = r.surveyor.AskCluster(ctx, found); exit.Code(err) == exit.BadInput {
			return err
		}
	}
	if err != nil {
		r.Console.Problem("", "what is deployed is not known: %v", err)
	}
	return nil
}

func planRows(p plan.Plan) [][]string {
	rows := [][]string{{"HUB", "IMAGE", "STEP", "DO", "REASON"}}
	for _, h := range p.Hubs {
		tag := h.Tag
		if tag == "" {
			tag = "-"
		}
		rows = append(rows,
			[]string{h.Name, tag, "build", does(h.Build), h.Build.Reason},
			[]string{"", "", "push", does(h.Push), h.Push.Reason},
			[]string{"", "", "deploy", does(h.Deploy), h.Deploy.Reason},
		)
	}
	return rows
}

// does returns a word for a step: yes, no or refused.
func does(step plan.Step) string {
	switch {
	case step.Do:
		return "yes"
	case step.Refused:
		return "refused"
	}
	return "no"
}

// showOrphans names releases whose hubs the repository does not hold. In the sandbox they may be another repository's.
func (r *run) showOrphans(ctx context.Context, names []string) error {
	to, err := r.to.Destination(ctx)
	if err != nil || to.Sandbox != nil {
		return err
	}
	for _, name := range names {
		r.Console.Result("%s is in the cluster, and no longer in the repository: 'mage remove:hub %s' removes it, and keeps its data", name, name)
	}
	return nil
}
