// Package ci reads what a CI system says about the run: which event, which branch, whose content.
package ci

import (
	"os"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Kind is what made the run happen.
type Kind string

// The kinds of event. Only a Push may deploy from CI.
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
	Detail   string // what makes an Other, or the name of the tag
	Fork     bool   // the content is of somebody who cannot push here, or nobody says whose it is
	Tip      Tip    // where the branch is now, if it has changed since this build was started
}

// Tip is where a branch has gone since a build of it was started. The zero value means that it is where it was, or that
// nobody has asked.
type Tip struct {
	Commit  string // the newer commit, abbreviated; "" if there is none
	Deleted bool   // the branch is gone
}

// Moved reports whether the branch is no longer where it was: then the build must not deploy.
func (t Tip) Moved() bool { return t != Tip{} }

// InCI reports whether a CI system runs this.
func (e Event) InCI() bool { return e.Kind != Local }

// Trusted reports whether the run may have credentials for the registry. The content of a fork, and a run of a CI
// system that is not known, gets none at all.
func (e Event) Trusted() bool { return !e.Fork }

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
	case Local, Cron, API:
	}
	return string(e.Kind)
}

// Source is where a CI system speaks: its variables, and the file that GitHub describes an event in.
type Source struct {
	Env  func(name string) string
	Read func(path string) ([]byte, error) // os.ReadFile if nil
}

// systems are the CI systems that are known, each with the variable that it announces itself by.
var systems = []struct {
	provider, variable string
	read               func(Source) Event
}{
	{"travis", "TRAVIS", travis},
	{"github", "GITHUB_ACTIONS", github},
	{"gitlab", "GITLAB_CI", gitlab},
}

// Detect reads the event. A CI system that is not known is an Other: it can build, and nothing else. Bad input is a
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

// others are variables of CI systems that are not known here and do not all set CI: Jenkins, Azure Pipelines, TeamCity,
// AWS CodeBuild, Google Cloud Build, and those that are known, but do not say so plainly.
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

// check refuses names that did not come from Git.
func (e Event) check() error {
	names := []string{e.Branch}
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

// sameRepository compares two names of repositories; without both nobody knows.
func sameRepository(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
