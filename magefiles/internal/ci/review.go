package ci

import (
	"regexp"
	"strings"
)

// Review is where reviewers look: the pull request whose run this is, and the job's own page. All of it is what the CI system says, and nothing
// of it is from the checkout.
type Review struct {
	API     string // address of the CI system's API; "" if the run is none of a pull request that can be commented on
	Project string // owner/name on GitHub, a number on GitLab
	Number  string // of the pull request
	Summary string // file of the job's summary; "" if there is none
}

var (
	number  = regexp.MustCompile(`^[1-9]\d{0,18}$`)
	project = regexp.MustCompile(`^[\w.-]+/[\w.-]+$`)
)

// ReviewOf reads it: docs.github.com/actions/reference/workflows-and-actions/variables, docs.gitlab.com/ci/variables/predefined_variables. Of the
// events that are about a pull request only the one counts that runs its content without the rights of others: a run of pull_request_target or
// workflow_run has a token that was not given for what is checked out. Nor is any used for what comes from a fork.
func ReviewOf(event Event, env func(name string) string) Review {
	is := Review{}
	switch event.Provider {
	case "github":
		is.Summary = env("GITHUB_STEP_SUMMARY")
		ref, ofPull := strings.CutPrefix(env("GITHUB_REF"), "refs/pull/")
		id, merge, _ := strings.Cut(ref, "/")
		if event.Kind == PullRequest && !event.Fork && env("GITHUB_EVENT_NAME") == "pull_request" && ofPull && merge == "merge" && number.MatchString(id) && project.MatchString(env("GITHUB_REPOSITORY")) {
			is.API, is.Project, is.Number = env("GITHUB_API_URL"), env("GITHUB_REPOSITORY"), id
		}
	case "gitlab":
		id, of := env("CI_MERGE_REQUEST_IID"), env("CI_MERGE_REQUEST_PROJECT_ID")
		if event.Kind == PullRequest && !event.Fork && env("CI_PIPELINE_SOURCE") == "merge_request_event" && number.MatchString(id) && number.MatchString(of) {
			is.API, is.Project, is.Number = env("CI_API_V4_URL"), of, id
		}
	}
	return is
}
