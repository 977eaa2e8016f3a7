package ops

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/plan"
)

// Plan prints what a run would do to each hub, and why. It changes nothing.
func Plan(ctx context.Context, s *Session) error {
	v, err := s.survey(ctx)
	if err != nil {
		return err
	}
	if err := s.askIfAllowed(ctx, v); err != nil {
		return err
	}
	s.Console.Result("%s, commit %.12s; images are %s", v.plan.Event, v.head.Hash, s.registry().Repository("{hub}"))
	s.Console.Table(planRows(v.plan))
	for _, stranger := range plan.Strangers(s.Config.Branches, func(name string) bool { return contains(v.hubs, name) }) {
		s.Console.Problem("", "hubops.yaml: %s", stranger)
	}
	if v.fleet != nil {
		s.showOrphans(v.fleet.orphans(v.hubs))
	}
	return nil
}

// askIfAllowed asks the cluster where the event may deploy anything. A plan without the cluster's answer is still one:
// it says what it does not know.
func (s *Session) askIfAllowed(ctx context.Context, v *survey) error {
	if !slices.ContainsFunc(v.plan.Hubs, func(h plan.Hub) bool { return h.Gate.Do }) {
		return nil
	}
	client, _, err := s.cluster(ctx)
	if err == nil {
		if err = s.askCluster(ctx, v, client); exit.Code(err) == exit.BadInput {
			return err
		}
	}
	if err != nil {
		s.Console.Problem("", "what is deployed is not known: %v", err)
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

func does(step plan.Step) string {
	switch {
	case step.Do:
		return "yes"
	case step.Refused:
		return "refused"
	}
	return "no"
}
