package ci

import (
	"encoding/json"
	"strings"
)

// github reads the variables of GitHub Actions, and for a pull request the event's file, because only that names the repository
// that the content comes from: docs.github.com/actions/reference/workflows-and-actions/variables.
func github(source Source) Event {
	env := source.Env
	branch, isBranch := strings.CutPrefix(env("GITHUB_REF"), "refs/heads/")
	e := Event{Kind: Other, Branch: env("GITHUB_BASE_REF")}
	switch kind := env("GITHUB_EVENT_NAME"); {
	// pull_request_target runs with the base's secrets, whatever is checked out: it is a pull request too.
	case strings.HasPrefix(kind, "pull_request") || e.Branch != "":
		e.Kind = PullRequest
		e.Fork = kind != "pull_request" || !sameRepository(headOf(source), env("GITHUB_REPOSITORY"))
	case strings.HasPrefix(env("GITHUB_REF"), "refs/tags/") || env("GITHUB_REF_TYPE") == "tag":
		e.Kind, e.Detail = Tag, strings.TrimPrefix(env("GITHUB_REF"), "refs/tags/")
	case kind == "schedule":
		e.Kind = Cron
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

// headOf returns the repository that a pull request comes from, "" if the event does not name it.
func headOf(source Source) string {
	content, err := source.Read(source.Env("GITHUB_EVENT_PATH"))
	if err != nil {
		return ""
	}
	var event struct {
		PullRequest struct {
			Head struct {
				Repo struct {
					FullName string `json:"full_name"`
				} `json:"repo"`
			} `json:"head"`
		} `json:"pull_request"`
	}
	if json.Unmarshal(content, &event) != nil {
		return ""
	}
	return event.PullRequest.Head.Repo.FullName
}
