package ci

// Build returns the name of the CI system's run, and the address of its page. Both are "" for a run outside of CI.
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
