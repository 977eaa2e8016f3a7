package ci

import "testing"

func TestBuildNamesTheRunAndItsPage(t *testing.T) {
	for name, test := range map[string]struct {
		env        map[string]string
		want, page string
	}{
		"travis": {map[string]string{"TRAVIS": "true", "TRAVIS_BUILD_NUMBER": "7", "TRAVIS_BUILD_WEB_URL": "https://t/7"}, "travis-7", "https://t/7"},
		"github": {map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "8", "GITHUB_SERVER_URL": "https://g", "GITHUB_REPOSITORY": "us/hubs"}, "github-8", "https://g/us/hubs/actions/runs/8"},
		"gitlab": {map[string]string{"GITLAB_CI": "true", "CI_PIPELINE_ID": "9", "CI_PIPELINE_URL": "https://l/9"}, "gitlab-9", "https://l/9"},
		"laptop": {nil, "", ""},
	} {
		if got, page := Build(func(name string) string { return test.env[name] }); got != test.want || page != test.page {
			t.Errorf("%s: got %q, %q", name, got, page)
		}
	}
}
