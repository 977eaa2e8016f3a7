package ci

import (
	"encoding/json"
	"strings"
)

// github reads the variables of GitHub Actions, and the event's file, because only that names the default branch, and the repository
// that the content of a pull request comes from: docs.github.com/actions/reference/workflows-and-actions/variables.
func github(source Source) Event {
	env := source.Env
	branch, isBranch := strings.CutPrefix(env("GITHUB_REF"), "refs/heads/")
	told := read(source)
	e := Event{Kind: Other, Branch: env("GITHUB_BASE_REF"), Default: told.Repository.DefaultBranch}
	switch kind := env("GITHUB_EVENT_NAME"); {
	// pull_request_target runs with the base's secrets, whatever is checked out: it is a pull request too.
	case strings.HasPrefix(kind, "pull_request") || e.Branch != "":
		e.Kind = PullRequest
		e.Fork = kind != "pull_request" || !sameRepository(told.PullRequest.Head.Repo.FullName, env("GITHUB_REPOSITORY"))
	case strings.HasPrefix(env("GITHUB_REF"), "refs/tags/") || env("GITHUB_REF_TYPE") == "tag":
		e.Kind, e.Detail = Tag, strings.TrimPrefix(env("GITHUB_REF"), "refs/tags/")
	case kind == "schedule":
		if e.Kind = Cron; isBranch { // the default one
			e.Branch = branch
		}
	case kind == "workflow_dispatch", kind == "repository_dispatch":
		e.Kind = API
	case kind == "push" && isBranch && branch != "":
		e.Kind, e.Branch = Push, branch
	default:
		e.Detail = event(kind)
		// Some of these are about a pull request (issue_comment, workflow_run), and run with the base's secrets.
		e.Fork = true
	}
	return e
}

// eventFile is what counts of the file that describes an event: docs.github.com/webhooks/webhook-events-and-payloads.
type eventFile struct {
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
	PullRequest struct {
		Head struct {
			Repo struct {
				FullName string `json:"full_name"`
			} `json:"repo"`
		} `json:"head"`
	} `json:"pull_request"`
}

// read returns what the event's file says, nothing if it cannot be read.
func read(source Source) (told eventFile) {
	content, err := source.Read(source.Env("GITHUB_EVENT_PATH"))
	if err != nil || json.Unmarshal(content, &told) != nil {
		return eventFile{}
	}
	return told
}
