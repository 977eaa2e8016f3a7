// Package ci reads from the environment of a CI system why a run happens. Variables, and GitHub's event file, go in; an Event comes
// out: its kind, its branch, and whether its content comes from a fork. Package config calls it, package plan decides by it.
package ci

import (
	"os"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Kind is the kind of an event.
type Kind string

// The kinds of event. Only a Push may deploy from CI, and a Cron that Resumes.
const (
	Local       Kind = "local run"
	PullRequest Kind = "pull request"
	Push        Kind = "push"
	Tag         Kind = "tag"
	Cron        Kind = "cron"
	API         Kind = "API build"
	Other       Kind = "other event" // anything else, and every CI system that is not known
)

// Event is why this run happens.
type Event struct {
	Kind     Kind
	Provider string // "travis", "github", "gitlab", "unknown", or "" for a local run
	Branch   string // pushed to; for a pull request, the branch that it would change
	Default  string // the repository's default branch; "" if it is not known
	Detail   string // for an Other, the CI system's word for it; for a tag, its name
	Fork     bool   // the content comes from another repository, or its origin is not known
	Resumes  bool   // for a Cron: hubops.yaml lets it go on with rounds that were begun; package config sets it
	Base     string // for a PullRequest: the commit that it is compared with, as the CI system says it; "" if it does not
	Tip      Tip    // where the branch is now, if it has changed since this build was started
}

// Tip is the newer state of a branch, if it has moved on since a build of it was started. The zero value means that it has not
// moved, or that the remote was not asked.
type Tip struct {
	Commit  string // the newer commit, abbreviated; "" if there is none
	Deleted bool   // the branch is gone
}

// Moved reports whether the branch has moved on or was deleted: then the build must not deploy.
func (t Tip) Moved() bool { return t != Tip{} }

// InCI reports whether a CI system runs this.
func (e Event) InCI() bool { return e.Kind != Local }

// Trusted reports whether the run may have credentials for the registry. A fork's content, and an event that is not known, may have no
// credentials at all.
func (e Event) Trusted() bool {
	return !e.Fork && slices.Contains([]Kind{Local, PullRequest, Push, Tag, Cron, API}, e.Kind)
}

// OfBranch reports whether the event is one that may deploy what its branch owns: all of it a push, and of a scheduled build what it resumes.
func (e Event) OfBranch() bool {
	return !e.Fork && e.Branch != "" && (e.Kind == Push || e.Kind == Cron && e.Resumes)
}

// String describes the event in a line of the plan: "push to staging".
func (e Event) String() string {
	switch e.Kind {
	case PullRequest:
		if e.Fork {
			return "pull request of a fork to " + e.Branch
		}
		return "pull request to " + e.Branch
	case Push:
		return "push to " + e.Branch
	case Tag:
		return "tag " + e.Detail
	case Other:
		return e.Detail
	case Cron:
		if e.Resumes {
			return "scheduled build of " + e.Branch
		}
	case Local, API:
	}
	return string(e.Kind)
}

// Source is what a CI system describes an event in: its variables and, on GitHub, a file.
type Source struct {
	Env  func(name string) string
	Read func(path string) ([]byte, error) // os.ReadFile if nil
}

// systems are the known CI systems, each with the variable that only it sets.
var systems = []struct {
	provider, variable string
	read               func(Source) Event
}{
	{"travis", "TRAVIS", travis},
	{"github", "GITHUB_ACTIONS", github},
	{"gitlab", "GITLAB_CI", gitlab},
}

// Detect reads the event. The event of an unknown CI system is an Other: it can build, and nothing else. Bad input is a
// name that Git could not have, and an environment of two CI systems at once.
func Detect(source Source) (Event, error) {
	if source.Read == nil {
		source.Read = os.ReadFile
	}
	var e Event
	found := ""
	for _, system := range systems {
		if source.Env(system.variable) != "true" {
			continue
		}
		if found != "" {
			return Event{}, exit.Input("%s and %s are both set: only one CI system can run this", found, system.variable).Try("unset the other")
		}
		e, found = system.read(source), system.variable
		e.Provider = system.provider
	}
	if found == "" {
		return withoutSystem(source.Env), nil
	}
	return e, e.check()
}

// others are variables by which other CI systems are recognised, because not all of them set CI: Jenkins, Azure Pipelines,
// TeamCity, AWS CodeBuild, Google Cloud Build; and known systems whose variable has an unexpected value.
var others = []string{
	"JENKINS_URL", "TF_BUILD", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID", "BUILDER_OUTPUT", "BUILDKITE", "CIRCLECI", "DRONE", "APPVEYOR", "BITBUCKET_BUILD_NUMBER",
	"TRAVIS", "GITHUB_ACTIONS", "GITLAB_CI",
}

func withoutSystem(env func(string) string) Event {
	said := func(name string) bool {
		return !slices.Contains([]string{"", "false", "0"}, strings.ToLower(env(name)))
	}
	if !said("CI") && !slices.ContainsFunc(others, said) {
		return Event{Kind: Local}
	}
	return Event{Kind: Other, Provider: "unknown", Detail: "run of an unknown CI system", Fork: true}
}

// check refuses names of branches and tags that Git would not accept.
func (e Event) check() error {
	names := []string{e.Branch, e.Default}
	if e.Kind == Tag {
		names = append(names, e.Detail)
	}
	for _, name := range names {
		if err := checkName(name); err != nil {
			return exit.Input("the environment of %s names %.100q, %w: nothing is done", e.Provider, name, err)
		}
	}
	return nil
}

// sameRepository compares two names of repositories. It is false if one of them is missing.
func sameRepository(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
