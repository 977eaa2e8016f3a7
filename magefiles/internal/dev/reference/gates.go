package reference

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/plan"
)

// Gates returns the page of who may do what: every target of hubs in every event, as the code decides.
func Gates() (string, error) {
	columns, err := plan.Columns(plan.Cases(), func(plan.Effect) bool { return true })
	if err != nil {
		return "", fmt.Errorf("deciding about the cases: %w", err)
	}
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Gates\npart: reference\nweight: 50\n---\n\n" + generated)
	page.WriteString("Each target in each event, as the code decides; `mage gates` prints it for the hubs and branches of a repository. " +
		"In the examples `hubops.yaml` on the default branch at `origin` gives `staginghub` to `staging` and every other hub to `master`. " +
		"A target for one hub that is refused ends with exit code 2; one for all hubs leaves the hub out. `ci` does what is not refused. " +
		"`images:prune` deletes with `APPLY=1` only.\n\n| event |")
	for _, column := range columns {
		fmt.Fprintf(page, " %s |", column.Title())
	}
	page.WriteString(" credentials that the run has | why not |\n|---|" + strings.Repeat("---|", len(columns)+2) + "\n")
	for i, c := range plan.Cases() {
		fmt.Fprintf(page, "| %s |", c.Name)
		why := ""
		for _, column := range columns {
			fmt.Fprintf(page, " %s |", column.May[i].Word())
			if !column.May[i].Do {
				why = column.May[i].Reason
			}
		}
		fmt.Fprintf(page, " %s | %s |\n", c.Access(), why)
	}
	page.WriteString("\n## What they change\n\nA lock of a hub, a push, a signature and a deletion of tags take the pass that only the gate gives, so a target that does not ask it can change nothing.\n\n| target | changes |\n|---|---|\n")
	for _, verb := range plan.Verbs() {
		fmt.Fprintf(page, "| `%s` | %s |\n", verb.Target, verb.Changes)
	}
	return page.String(), nil
}
