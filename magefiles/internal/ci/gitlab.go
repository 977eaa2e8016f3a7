package ci

import (
	"cmp"
	"strings"
)

// gitlab reads docs.gitlab.com/ci/variables/predefined_variables.
func gitlab(source Source) Event {
	env := source.Env
	e := Event{Kind: Other, Branch: env("CI_COMMIT_BRANCH"), Default: env("CI_DEFAULT_BRANCH")}
	switch kind := env("CI_PIPELINE_SOURCE"); {
	case strings.Contains(kind, "merge_request") || strings.Contains(kind, "pull_request") || env("CI_MERGE_REQUEST_IID") != "":
		e.Kind = PullRequest
		e.Branch = cmp.Or(env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"), env("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME"))
		e.Base = env("CI_MERGE_REQUEST_DIFF_BASE_SHA")
		e.Fork = !sameRepository(env("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH"), env("CI_MERGE_REQUEST_PROJECT_PATH"))
	case env("CI_COMMIT_TAG") != "":
		e.Kind, e.Detail = Tag, env("CI_COMMIT_TAG")
	case kind == "schedule":
		e.Kind = Cron
	case kind == "api", kind == "web", kind == "trigger":
		e.Kind = API
	case kind == "push" && e.Branch != "":
		e.Kind = Push
	default:
		e.Detail = event(kind)
		e.Fork = true // such as a pipeline started by another: the origin of its content is not known
	}
	return e
}
