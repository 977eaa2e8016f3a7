package ci

// Build names the run of a CI system, and its page. Both are "" on a machine of one's own.
func Build(env func(name string) string) (name, page string) {
	switch {
	case env("TRAVIS") == "true":
		return "travis-" + env("TRAVIS_BUILD_NUMBER"), env("TRAVIS_BUILD_WEB_URL")
	case env("GITHUB_ACTIONS") == "true":
		return "github-" + env("GITHUB_RUN_ID"), env("GITHUB_SERVER_URL") + "/" + env("GITHUB_REPOSITORY") + "/actions/runs/" + env("GITHUB_RUN_ID")
	case env("GITLAB_CI") == "true":
		return "gitlab-" + env("CI_PIPELINE_ID"), env("CI_PIPELINE_URL")
	}
	return "", ""
}
