package reference

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/explain"
)

// Failures returns a page for each diagnosis, by the name of its file, and the one that lists them.
func Failures(kinds []diagnosis.Kind) map[string]string {
	pages := map[string]string{"_index.md": failuresList(kinds)}
	for i, kind := range kinds {
		page := new(strings.Builder)
		fmt.Fprintf(page, "---\ntitle: %q\npart: failures\nweight: %d\n---\n\n%s", kind.Title, 10*(i+1), generated)
		fmt.Fprintf(page, "Diagnosis `%s`. A run says:\n\n```text\n%s\n```\n\n%s\n\n%s\n\n## What to do\n\n", kind.Name, kind.Says, kind.Means, explain.Ending(kind))
		for j, step := range kind.Do {
			fmt.Fprintf(page, "%d. %s\n", j+1, step)
		}
		page.WriteString("\nIn the commands `<hub>` is the namespace of the hub. All diagnoses: [failures](/failures).\n")
		pages[kind.Name+".md"] = page.String()
	}
	return pages
}

func failuresList(kinds []diagnosis.Kind) string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Failures\nshort: All diagnoses\npart: failures\nweight: 1\n---\n\n" + generated)
	page.WriteString("While helm works, a run follows the hub's pods, and ends what is certain to fail. It tells the cause, the place in the chart, what was seen, " +
		"the last lines of the log, and what to do: see [how deployment works](/deployment#while-helm-works). Each cause has a page.\n\n" +
		"| diagnosis | what it is | a run says | and then |\n|---|---|---|---|\n")
	words := map[diagnosis.Certainty]string{
		diagnosis.Waits: "waits", diagnosis.Network: "waits for a while", diagnosis.Scheduler: "waits for the autoscaler",
		diagnosis.Certain: "fails soon", diagnosis.Proven: "fails at once",
	}
	for _, kind := range kinds {
		fmt.Fprintf(page, "| [`%s`](/failures/%[1]s) | %s | %s | %s |\n", kind.Name, kind.Title, forTable(kind.Says), words[kind.Certainty])
	}
	page.WriteString("\nWhat a push meets at a registry is on the page of [faults](/reference/faults). What the API server refuses before there are any pods, " +
		"such as a change of a field that cannot be changed, is told with what to do in the error itself.\n")
	return page.String()
}
