package ops

import (
	"context"

	"hub-ops/magefiles/internal/plan"
)

// Plan prints what a run would do to each hub, and why. It changes nothing.
func Plan(ctx context.Context, s *Session) error {
	v, err := s.survey(ctx)
	if err != nil {
		return err
	}
	s.Console.Result("%s, commit %.12s; images are %s", v.plan.Event, v.head.Hash, s.registry().Repository("{hub}"))
	s.Console.Table(planRows(v.plan))
	for _, stranger := range plan.Strangers(s.Config.Branches, func(name string) bool { return contains(v.hubs, name) }) {
		s.Console.Problem("", "hubops.yaml: %s", stranger)
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
