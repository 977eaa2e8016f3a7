package ci

import "testing"

func TestDetect(t *testing.T) {
	travis := func(pairs ...string) map[string]string {
		env := map[string]string{"CI": "true", "TRAVIS": "true", "TRAVIS_BRANCH": "master", "TRAVIS_PULL_REQUEST": "false"}
		for i := 0; i < len(pairs); i += 2 {
			env[pairs[i]] = pairs[i+1]
		}
		return env
	}
	for name, test := range map[string]struct {
		env  map[string]string
		want string
		kind Kind
	}{
		"laptop":                          {nil, "local run", Local},
		"unknown CI":                      {map[string]string{"CI": "true"}, "run of an unknown CI system", Other},
		"push":                            {travis("TRAVIS_EVENT_TYPE", "push"), "push to master", Push},
		"pull request":                    {travis("TRAVIS_EVENT_TYPE", "pull_request", "TRAVIS_PULL_REQUEST", "12"), "pull request to master", PullRequest},
		"pull request that claims a push": {travis("TRAVIS_EVENT_TYPE", "push", "TRAVIS_PULL_REQUEST", "12"), "pull request to master", PullRequest},
		"push without word of its pull":   {travis("TRAVIS_EVENT_TYPE", "push", "TRAVIS_PULL_REQUEST", ""), "push event", Other},
		"tag":                             {travis("TRAVIS_EVENT_TYPE", "push", "TRAVIS_TAG", "v1"), "tag v1", Other},
		"cron":                            {travis("TRAVIS_EVENT_TYPE", "cron"), "cron event", Other},
	} {
		t.Run(name, func(t *testing.T) {
			event := Detect(func(name string) string { return test.env[name] })
			if event.Kind != test.kind || event.String() != test.want {
				t.Errorf("got %q (%s), want %q (%s)", event, event.Kind, test.want, test.kind)
			}
		})
	}
}
