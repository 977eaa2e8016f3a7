package ops

import (
	"context"

	"hub-ops/magefiles/internal/plan"
)

// Gates prints which event may do what: one row for each event, as the gate itself decides.
func Gates(ctx context.Context) error {
	rows := [][]string{{"EVENT", "BUILD", "PUSH", "DEPLOY", "CREDENTIALS", "REASON"}}
	for _, c := range plan.Cases() {
		gate, err := plan.Make(plan.Facts{
			Event: c.Event, Branches: c.Branches, Build: true, Hubs: []plan.HubFacts{{Name: c.Hub, HasImage: true}},
		})
		if err != nil {
			return err
		}
		h := gate.Hubs[0]
		rows = append(rows, []string{c.Name, does(h.Build), does(h.Push), does(h.Deploy), c.Access(), h.Deploy.Reason})
	}
	runOf(ctx).Console.Table(rows)
	return nil
}
