package adopt

import (
	"cmp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// synonyms are other names of branches for an environment.
var synonyms = map[string][]string{"prod": {"production", "main", "master"}, "production": {"prod", "main", "master"}, "staging": {"develop", "dev"}, "dev": {"develop"}}

// branchesOf says which branch deploys each environment.
func (f *Found) branchesOf(t *tree, environments []string) []layout.Environment {
	var found []layout.Environment
	taken := func(branch string) bool {
		return slices.ContainsFunc(found, func(e layout.Environment) bool { return e.Branch == branch })
	}
	for _, environment := range environments {
		branch := ""
		for _, candidate := range append([]string{environment}, synonyms[environment]...) {
			if branch == "" && slices.Contains(t.Branches, candidate) && !taken(candidate) {
				branch = candidate
			}
		}
		if branch == "" && len(environments) == 1 {
			branch = t.branch()
		}
		if branch == "" {
			branch = environment
			f.decide("layout.environments: which branch deploys %s? There is none of that name", environment)
		}
		found = append(found, layout.Environment{Branch: branch, Name: environment})
	}
	return found
}

// branch returns the branch that a program of CI says it deploys, if it is one, or else the default branch.
func (t *tree) branch() string {
	var deploying []string
	for _, name := range t.programs() {
		content := t.mapping(name)
		switch {
		case name == ".travis.yml":
			deploying = append(deploying, texts(content, "branches", "only")...)
		case strings.HasPrefix(name, ".github/") && deploys.MatchString(t.text(name)):
			deploying = append(deploying, texts(content, "on", "push", "branches")...)
		}
	}
	slices.Sort(deploying)
	if deploying = slices.Compact(deploying); len(deploying) == 1 && slices.Contains(t.Branches, deploying[0]) {
		return deploying[0]
	}
	return cmp.Or(t.Default, "main")
}

// findBranches says which branch deploys which hubs where there are no environments: one that is called like a hub deploys it, the
// default branch all others.
func (f *Found) findBranches(t *tree) {
	if len(f.Layout.Environments) > 0 {
		return
	}
	var rest bool
	for _, name := range f.names() {
		branch := name
		if !slices.Contains(t.Branches, name) {
			branch = strings.TrimSuffix(name, "hub")
		}
		if slices.Contains(t.Branches, branch) && isStage(branch) {
			f.Branches = append(f.Branches, Branch{branch, []string{name}})
		} else {
			rest = true
		}
	}
	if rest || len(f.Branches) == 0 {
		at := slices.IndexFunc(f.Branches, func(b Branch) bool { return b.Name == t.branch() })
		if at < 0 {
			f.Branches = append([]Branch{{t.branch(), []string{"*"}}}, f.Branches...)
		} else {
			f.Branches[at].Hubs = []string{"*"}
		}
	}
	f.usual = len(f.Branches) == 1 && f.Branches[0].Name == t.Default && slices.Equal(f.Branches[0].Hubs, []string{"*"})
}

// stages are names of stages of deployment.
var stages = []string{"staging", "prod", "production", "test", "dev"}

func isStage(name string) bool { return slices.Contains(stages, name) }
