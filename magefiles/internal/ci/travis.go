package ci

// travis reads docs.travis-ci.com/user/environment-variables.
func travis(source Source) Event {
	env := source.Env
	e := Event{Kind: Other, Branch: env("TRAVIS_BRANCH")}
	pull := env("TRAVIS_PULL_REQUEST")
	switch kind := env("TRAVIS_EVENT_TYPE"); {
	// If either variable names a pull request, it is one: that is the safe reading.
	case kind == "pull_request" || pull != "" && pull != "false":
		e.Kind = PullRequest
		e.Fork = !sameRepository(env("TRAVIS_PULL_REQUEST_SLUG"), env("TRAVIS_REPO_SLUG"))
	case env("TRAVIS_TAG") != "":
		e.Kind, e.Detail = Tag, env("TRAVIS_TAG")
	case kind == "cron" && pull == "false":
		e.Kind = Cron
	case kind == "api":
		e.Kind = API
	case kind == "push" && pull == "false" && e.Branch != "":
		e.Kind = Push
	default:
		e.Detail = event(kind)
		e.Fork = true // the origin of its content is not known
	}
	return e
}
