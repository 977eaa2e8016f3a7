package ci

import "testing"

func TestWhereReviewersLook(t *testing.T) {
	hub := map[string]string{
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REPOSITORY": "us/hubs", "GITHUB_API_URL": "https://api.github.com", "GITHUB_STEP_SUMMARY": "/tmp/s",
	}
	lab := map[string]string{"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_PROJECT_ID": "12", "CI_API_V4_URL": "https://gitlab.example.org/api/v4"}
	onHub, onLab := Review{"https://api.github.com", "us/hubs", "7", "/tmp/s"}, Review{"https://gitlab.example.org/api/v4", "12", "7", ""}
	noComment := Review{Summary: "/tmp/s"}
	pull := func(provider string, fork bool) Event {
		return Event{Kind: PullRequest, Provider: provider, Fork: fork}
	}
	for name, test := range map[string]struct {
		event   Event
		env     map[string]string
		set, to string // changes a variable
		want    Review
	}{
		"a pull request":                    {pull("github", false), hub, "", "", onHub},
		"a fork's":                          {pull("github", true), hub, "", "", noComment},
		"with the base's rights":            {pull("github", true), hub, "GITHUB_EVENT_NAME", "pull_request_target", noComment},
		"a comment on one":                  {Event{Kind: Other, Provider: "github"}, hub, "GITHUB_EVENT_NAME", "issue_comment", noComment},
		"a push":                            {Event{Kind: Push, Provider: "github"}, hub, "GITHUB_EVENT_NAME", "push", noComment},
		"its head":                          {pull("github", false), hub, "GITHUB_REF", "refs/pull/7/head", noComment},
		"no number":                         {pull("github", false), hub, "GITHUB_REF", "refs/pull/7?x=/merge", noComment},
		"a path for a number":               {pull("github", false), hub, "GITHUB_REF", "refs/pull/../merge", noComment},
		"a path for a repository":           {pull("github", false), hub, "GITHUB_REPOSITORY", "us/hubs/issues", noComment},
		"a merge request":                   {pull("gitlab", false), lab, "", "", onLab},
		"a fork's merge request":            {pull("gitlab", true), lab, "", "", Review{}},
		"a parent's pipeline":               {pull("gitlab", false), lab, "CI_PIPELINE_SOURCE", "parent_pipeline", Review{}},
		"a path for its number":             {pull("gitlab", false), lab, "CI_MERGE_REQUEST_IID", "7/notes", Review{}},
		"a name for its project":            {pull("gitlab", false), lab, "CI_MERGE_REQUEST_PROJECT_ID", "us%2Fhubs", Review{}},
		"Travis, which gives no such thing": {pull("travis", false), hub, "", "", Review{}},
		"a machine":                         {Event{Kind: Local}, hub, "", "", Review{}},
	} {
		got := ReviewOf(test.event, func(name string) string {
			if name == test.set {
				return test.to
			}
			return test.env[name]
		})
		if got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
