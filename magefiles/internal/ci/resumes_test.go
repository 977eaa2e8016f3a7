package ci

import "testing"

// What a scheduled build is of decides whether it may go on with rounds there.
func TestAScheduledBuildIsOfABranch(t *testing.T) {
	for name, test := range map[string]struct {
		env    map[string]string
		branch string
	}{
		"travis":                  {map[string]string{"TRAVIS": "true", "TRAVIS_EVENT_TYPE": "cron", "TRAVIS_PULL_REQUEST": "false", "TRAVIS_BRANCH": "master"}, "master"},
		"travis, without a word":  {map[string]string{"TRAVIS": "true", "TRAVIS_EVENT_TYPE": "cron", "TRAVIS_BRANCH": "master"}, ""},
		"travis, a tag":           {map[string]string{"TRAVIS": "true", "TRAVIS_EVENT_TYPE": "cron", "TRAVIS_PULL_REQUEST": "false", "TRAVIS_BRANCH": "master", "TRAVIS_TAG": "v1"}, ""},
		"github":                  {map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}, "main"},
		"github, without a ref":   {map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule"}, ""},
		"github, a tag":           {map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/tags/v1"}, ""},
		"github, a pull request":  {map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main", "GITHUB_BASE_REF": "main"}, ""},
		"gitlab":                  {map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main"}, "main"},
		"gitlab, a tag":           {map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_TAG": "v1"}, ""},
		"gitlab, a merge request": {map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main", "CI_MERGE_REQUEST_IID": "3"}, ""},
		"an unknown system":       {map[string]string{"CI": "true"}, ""},
	} {
		event, err := Detect(Source{Env: func(name string) string { return test.env[name] }})
		if err != nil {
			t.Fatal(err)
		}
		if event.OfBranch() {
			t.Errorf("%s: it may deploy, and hubops.yaml has not said so", name)
		}
		event.Resumes = event.Kind == Cron
		if got := event.OfBranch(); got != (test.branch != "") || got && (event.Branch != test.branch || event.String() != "scheduled build of "+test.branch) {
			t.Errorf("%s: got %v of %+v", name, got, event)
		}
	}
}
