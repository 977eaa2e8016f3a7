package reference

import (
	"maps"
	"path"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/plan"
)

// FailuresFolder holds the pages of diagnoses, below docs/content. All pages in it are written here.
const FailuresFolder = "failures"

// Pages returns every page that comes from the code, by its path below docs/content. The magefiles are in dir.
func Pages(dir string) (map[string]string, error) {
	targets, err := Targets(dir)
	if err != nil {
		return nil, err
	}
	gates, err := Gates()
	if err != nil {
		return nil, err
	}
	pages := map[string]string{}
	for name, content := range Failures(diagnosis.Kinds()) {
		pages[path.Join(FailuresFolder, name)] = content
	}
	maps.Copy(pages, map[string]string{
		"reference/targets.md": targets, "reference/gates.md": gates,
		"reference/variables.md": Variables(config.Settings), "reference/hubops.md": HubopsFile(config.Settings),
		"reference/exit-codes.md": ExitCodes(), "reference/lint.md": LintRules(lint.Rules()), "reference/reasons.md": Reasons(plan.Reasons()),
		"reference/json.md": Documents(),
	})
	return pages, nil
}
