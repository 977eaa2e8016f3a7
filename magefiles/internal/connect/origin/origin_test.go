package origin

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/session/sessiontest"
)

const (
	// ours is the hubops.yaml of the owning branch, and theirs that of somebody who wants what the run has.
	ours   = "branches: {main: ['*'], staging: [a], trunk: [b]}\n"
	theirs = "branches: {theirs: ['*'], main: [a]}\n"
)

var (
	onTravis = []string{"TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push"}
	inPull   = append(onTravis[:2:2], "TRAVIS_BRANCH=main", "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=7", "TRAVIS_PULL_REQUEST_SLUG=us/hubs")
	inPush   = append(onTravis[:4:4], "TRAVIS_BRANCH=main")
	ofTheirs = append(onTravis[:4:4], "TRAVIS_BRANCH=theirs")
)

// checkout is a clone in which somebody's hubops.yaml is checked out, and which knows all branches of its origin.
func checkout(t *testing.T, own string, branches map[string]string, environ []string) *Origin {
	t.Helper()
	return opened(t, sessiontest.Checkout(t, gittest.New(t, "README", "x"), own, branches), environ)
}

// opened is what the branches of origin say to a run in a repository, which goes to no sandbox.
func opened(t *testing.T, repository *gittest.Repository, environ []string) *Origin {
	t.Helper()
	s, _ := sessiontest.Open(t, repository, environ)
	open := func(ctx context.Context) (*git.Repo, error) { return git.Open(ctx, s.Run, s.Config.Root, s.Scratch) }
	return New(s, open, func(context.Context) (bool, error) { return false, nil })
}

// A branch deploys where the default branch says so, whatever its own file says, and whatever the clone lacks.
func TestTheDefaultBranchSaysWhichBranchesDeploy(t *testing.T) {
	travis := func(branch string) []string { return append(onTravis[:4:4], "TRAVIS_BRANCH="+branch) }
	all := map[string]string{"main": ours, "staging": "branches: {staging: ['*']}\n", "theirs": theirs}
	unsaid := map[string]string{"main": "jobs: 1\n", "theirs": "jobs: 1\n"}
	for name, test := range map[string]struct {
		origin  map[string]string
		branch  string
		environ []string
		want    string // why it does not deploy
		err     string
	}{
		"main":              {all, "main", travis("main"), "", ""},
		"staging":           {all, "staging", travis("staging"), "", ""},
		"theirs":            {all, "theirs", travis("theirs"), "push to theirs, which owns no hub by hubops.yaml of origin/main", ""},
		"theirs, here":      {all, "theirs", nil, "", ""},
		"its own file not":  {all, "staging", travis("trunk"), "push to trunk", ""},
		"nobody says it":    {unsaid, "main", travis("main"), "", ""},
		"nobody, and other": {unsaid, "theirs", travis("theirs"), "push to theirs", ""},
		"it is said: none":  {map[string]string{"main": "branches: {}\n"}, "main", travis("main"), "push to main", ""},
		"pull request":      {all, "staging", inPull, "pull request to main", ""},
		"no default branch": {map[string]string{"theirs": theirs}, "theirs", travis("theirs"), "", "origin does not say which its default branch is, so nobody knows which branches deploy; set"},
		"broken there":      {map[string]string{"main": "branches: [", "theirs": theirs}, "theirs", travis("theirs"), "", "origin/main:hubops.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			o := opened(t, sessiontest.Clone(t, test.origin, test.branch), test.environ)
			why, err := o.Deploys(t.Context())
			if why != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %q, %v; want %q, %q", why, err, test.want, test.err)
			}
		})
	}
}

// A repository that does not say which branches deploy has one: the default branch, whatever it is called.
func TestTheDefaultBranchDeploysIfNobodySaysOtherwise(t *testing.T) {
	unsaid := map[string]string{"main": "jobs: 1\n", "theirs": "jobs: 1\n"}
	for name, test := range map[string]struct {
		branch  string
		own     string // what its file says now
		environ []string
		want    []config.Branch
	}{
		"a push":           {"main", "", append(onTravis[:4:4], "TRAVIS_BRANCH=main"), config.OwningAll("main")},
		"of another":       {"theirs", "", append(onTravis[:4:4], "TRAVIS_BRANCH=theirs"), nil}, // whose clone knows no other
		"somebody's clone": {"main", "", nil, config.OwningAll("main")},
		"it is said":       {"main", theirs, nil, []config.Branch{{Name: "theirs", Hubs: []string{"*"}}, {Name: "main", Hubs: []string{"a"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			repository := sessiontest.Clone(t, unsaid, test.branch)
			if test.own != "" {
				repository.Write("hubops.yaml", test.own)
			}
			o := opened(t, repository, test.environ)
			got, err := o.Branches(t.Context())
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// Nobody answers: then no branch deploys from CI, and on somebody's machine nobody is asked.
func TestWithoutAnAnswerNoBranchDeploysFromCI(t *testing.T) {
	for remote, want := range map[string]string{
		"file:///nowhere": "asking origin where main is now",
		"":                "this clone has no remote called origin",
	} {
		for _, environ := range [][]string{inPush, nil} {
			repository := sessiontest.Clone(t, map[string]string{"main": ours}, "main")
			if remote == "" {
				repository.Git("remote", "remove", "origin")
			} else {
				repository.Git("remote", "set-url", "origin", remote)
			}
			o := opened(t, repository, environ)
			if _, err := o.Deploys(t.Context()); (err == nil) != (environ == nil) || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%q in %q: %v", remote, environ, err)
			}
		}
	}
}
