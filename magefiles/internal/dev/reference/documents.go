package reference

import (
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/document"
)

// Documents returns the page of what OUTPUT=json writes.
func Documents() string {
	page := new(strings.Builder)
	page.WriteString("---\ntitle: JSON\npart: reference\nweight: 35\n---\n\n" + generated)
	page.WriteString("With `OUTPUT=json` the targets `plan`, `status`, `diff:hub` and `deploy` write one document each to standard output, and all else to standard error. " +
		"Every field is always there, and a list that has nothing is `[]`. The exit code is the same as without; a run that fails before it knows anything writes no document. " +
		"Secret values are masked, and control characters written out, as everywhere. Any other target is refused.\n\n" +
		"```bash\nOUTPUT=json mage plan | jq -r '.hubs[] | select(.deploy.do) | .hub'\n```\n\n" +
		fmt.Sprintf("The version of all documents is %d. ", document.Version) +
		"`OUTPUT=markdown` writes `plan` and `diff:hub` for a comment or a page; what it looks like may change.\n")
	for _, doc := range document.Kinds() {
		fmt.Fprintf(page, "\n## %s\n\n| field | type | what it is |\n|---|---|---|\n", document.Kind(doc))
		for _, field := range document.Fields(doc) {
			fmt.Fprintf(page, "| `%s` | %s | %s |\n", field.Path, field.Type, forTable(field.Means))
		}
	}
	return page.String()
}
