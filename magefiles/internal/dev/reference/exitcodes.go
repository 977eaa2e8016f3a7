package reference

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// ExitCodes returns the page of the codes with which a run ends.
func ExitCodes() string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: Exit codes\npart: reference\nweight: 40\n---\n\n" + generated)
	page.WriteString("The code says in which step a run failed. A run that failed at several places ends with the code of the first. " +
		"With more than one cause inside of one error, the innermost counts.\n\n| code | meaning | what to do |\n|---|---|---|\n")
	for _, meaning := range exit.Meanings() {
		fmt.Fprintf(page, "| %d | %s | %s |\n", meaning.Code, forTable(meaning.Means), forTable(meaning.Do))
	}
	page.WriteString("\nA script can tell what to do by it: 2 wants a person, 3 may be tried again, 7 has a [diagnosis](/failures). `mage explain 7` tells the same.\n")
	return page.String()
}
