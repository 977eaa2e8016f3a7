package reference

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/plan"
)

// LintRules returns the page of the rules of lint.
func LintRules(rules []lint.Rule) string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Rules of lint\npart: reference\nweight: 50\n---\n\n" + generated)
	page.WriteString("What `mage lint` finds: `file:line: error: … [rule]`. Errors end the run, warnings do not. `lint.allow` in `hubops.yaml` allows what is meant: " +
		"`rule`, or `rule:file`. `mage explain <rule>` tells the same.\n")
	for _, rule := range rules {
		fmt.Fprintf(page, "\n## %s\n\nFinds %s. Level: %s.\n\n%s\n\n", rule.Name, rule.Finds, rule.Level, rule.Means)
		steps(page, rule.Do)
	}
	return page.String()
}

// Reasons returns the page of the plan's reasons.
func Reasons(reasons []plan.Reason) string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Reasons of the plan\npart: reference\nweight: 55\n---\n\n" + generated)
	page.WriteString("Why a step is done, or is not, as `mage plan` and each run say it; … stands for what differs. `mage explain <reason>` tells the same, " +
		"by its name or by its words: `mage explain 'unchanged since revision 12'`.\n")
	for _, reason := range reasons {
		fmt.Fprintf(page, "\n## %s\n\n```text\n%s\n```\n\n%s\n\n", reason.Name, reason.Says, reason.Means)
		steps(page, reason.Do)
	}
	return page.String()
}

// steps writes what to do.
func steps(page *strings.Builder, do []string) {
	for i, step := range do {
		fmt.Fprintf(page, "%d. %s\n", i+1, step)
	}
}
