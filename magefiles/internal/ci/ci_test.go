package ci

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func source(env map[string]string) Source {
	return Source{
		Env:  func(name string) string { return env[name] },
		Read: func(path string) ([]byte, error) { return []byte(env["content of "+path]), nil },
	}
}

// over returns the base's variables with some of another value: NAME=value.
func over(base map[string]string, pairs ...string) map[string]string {
	env := maps.Clone(base)
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

var (
	onTravis = map[string]string{"CI": "true", "TRAVIS": "true", "TRAVIS_BRANCH": "master", "TRAVIS_PULL_REQUEST": "false", "TRAVIS_REPO_SLUG": "us/hubs"}
	onGitHub = map[string]string{"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "us/hubs", "GITHUB_REF": "refs/heads/master", "GITHUB_EVENT_PATH": "event.json"}
	onGitLab = map[string]string{"CI": "true", "GITLAB_CI": "true", "CI_COMMIT_BRANCH": "master", "CI_MERGE_REQUEST_PROJECT_PATH": "us/hubs"}
)

const (
	ofUs   = `content of event.json={"pull_request": {"head": {"repo": {"full_name": "us/hubs"}}}}`
	ofThem = `content of event.json={"pull_request": {"head": {"repo": {"full_name": "them/hubs"}}}}`
	fork   = true
)

func TestDetect(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want string
		kind Kind
		fork bool
	}{
		"laptop":     {nil, "local run", Local, !fork},
		"unknown CI": {map[string]string{"CI": "true"}, "run of an unknown CI system", Other, fork},
		"Jenkins":    {map[string]string{"JENKINS_URL": "https://ci.example.org/"}, "run of an unknown CI system", Other, fork},
		"Azure":      {map[string]string{"TF_BUILD": "True"}, "run of an unknown CI system", Other, fork},
		"no CI":      {map[string]string{"CI": "false", "TRAVIS": ""}, "local run", Local, !fork},
		"half said":  {map[string]string{"TRAVIS": "TRUE", "TRAVIS_EVENT_TYPE": "push", "TRAVIS_BRANCH": "master", "TRAVIS_PULL_REQUEST": "false"}, "run of an unknown CI system", Other, fork},

		"travis push":                            {over(onTravis, "TRAVIS_EVENT_TYPE=push"), "push to master", Push, !fork},
		"travis pull request":                    {over(onTravis, "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=12", "TRAVIS_PULL_REQUEST_SLUG=us/hubs"), "pull request to master", PullRequest, !fork},
		"travis pull request of a fork":          {over(onTravis, "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=12", "TRAVIS_PULL_REQUEST_SLUG=them/hubs"), "pull request of a fork to master", PullRequest, fork},
		"travis pull request of nobody":          {over(onTravis, "TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=12", "TRAVIS_REPO_SLUG="), "pull request of a fork to master", PullRequest, fork},
		"travis pull request that claims a push": {over(onTravis, "TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST=12"), "pull request of a fork to master", PullRequest, fork},
		"travis push without word of its pull":   {over(onTravis, "TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST="), "push event", Other, fork},
		"travis tag":                             {over(onTravis, "TRAVIS_EVENT_TYPE=push", "TRAVIS_TAG=v1"), "tag v1", Tag, !fork},
		"travis cron":                            {over(onTravis, "TRAVIS_EVENT_TYPE=cron"), "cron", Cron, !fork},
		"travis cron without word of its pull":   {over(onTravis, "TRAVIS_EVENT_TYPE=cron", "TRAVIS_PULL_REQUEST="), "cron event", Other, fork},
		"travis cron of a pull request":          {over(onTravis, "TRAVIS_EVENT_TYPE=cron", "TRAVIS_PULL_REQUEST=12"), "pull request of a fork to master", PullRequest, fork},
		"travis API":                             {over(onTravis, "TRAVIS_EVENT_TYPE=api"), "API build", API, !fork},
		"travis nonsense":                        {over(onTravis, "TRAVIS_EVENT_TYPE=\x1b[31m; rm"), "unknown event", Other, fork},

		"github push":                            {over(onGitHub, "GITHUB_EVENT_NAME=push"), "push to master", Push, !fork},
		"github pull request":                    {over(onGitHub, "GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=master", "GITHUB_REF=refs/pull/3/merge", ofUs), "pull request to master", PullRequest, !fork},
		"github pull request of a fork":          {over(onGitHub, "GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=master", "GITHUB_REF=refs/pull/3/merge", ofThem), "pull request of a fork to master", PullRequest, fork},
		"github pull request without its file":   {over(onGitHub, "GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=master"), "pull request of a fork to master", PullRequest, fork},
		"github pull request with its secrets":   {over(onGitHub, "GITHUB_EVENT_NAME=pull_request_target", "GITHUB_BASE_REF=master", ofUs), "pull request of a fork to master", PullRequest, fork},
		"github pull request that claims a push": {over(onGitHub, "GITHUB_EVENT_NAME=push", "GITHUB_BASE_REF=master", ofUs), "pull request of a fork to master", PullRequest, fork},
		"github comment on a pull request":       {over(onGitHub, "GITHUB_EVENT_NAME=issue_comment"), "issue_comment event", Other, fork},
		"github tag":                             {over(onGitHub, "GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/tags/v1"), "tag v1", Tag, !fork},
		"github cron":                            {over(onGitHub, "GITHUB_EVENT_NAME=schedule"), "cron", Cron, !fork},
		"github by hand":                         {over(onGitHub, "GITHUB_EVENT_NAME=workflow_dispatch"), "API build", API, !fork},

		"gitlab push":                  {over(onGitLab, "CI_PIPELINE_SOURCE=push"), "push to master", Push, !fork},
		"gitlab merge request":         {over(onGitLab, "CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=master", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=us/hubs"), "pull request to master", PullRequest, !fork},
		"gitlab merge request of fork": {over(onGitLab, "CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=master", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=them/hubs"), "pull request of a fork to master", PullRequest, fork},
		"gitlab tag":                   {over(onGitLab, "CI_PIPELINE_SOURCE=push", "CI_COMMIT_TAG=v1", "CI_COMMIT_BRANCH="), "tag v1", Tag, !fork},
		"gitlab schedule":              {over(onGitLab, "CI_PIPELINE_SOURCE=schedule"), "cron", Cron, !fork},
		"gitlab by hand":               {over(onGitLab, "CI_PIPELINE_SOURCE=web"), "API build", API, !fork},
		"gitlab child pipeline":        {over(onGitLab, "CI_PIPELINE_SOURCE=parent_pipeline"), "parent_pipeline event", Other, fork},
	} {
		t.Run(name, func(t *testing.T) {
			event, err := Detect(source(test.env))
			if err != nil || event.Kind != test.kind || event.String() != test.want || event.Fork != test.fork {
				t.Errorf("got %q (%s, fork: %v), %v; want %q (%s, fork: %v)", event, event.Kind, event.Fork, err, test.want, test.kind, test.fork)
			}
		})
	}
}

func TestTheDefaultBranchIsWhatTheSystemSays(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want string
	}{
		"travis":                  {over(onTravis, "TRAVIS_EVENT_TYPE=push"), ""},
		"github":                  {over(onGitHub, "GITHUB_EVENT_NAME=push", `content of event.json={"repository": {"default_branch": "trunk"}}`), "trunk"},
		"github without its file": {over(onGitHub, "GITHUB_EVENT_NAME=push"), ""},
		"gitlab":                  {over(onGitLab, "CI_PIPELINE_SOURCE=push", "CI_DEFAULT_BRANCH=trunk"), "trunk"},
	} {
		if event, err := Detect(source(test.env)); err != nil || event.Default != test.want {
			t.Errorf("%s: %q, %v", name, event.Default, err)
		}
	}
}

func TestHostileEnvironmentsAreRefused(t *testing.T) {
	for _, branch := range []string{
		"master;rm -rf /", "--upload-pack=evil", "../../x", "a..b", "a b", "a\nb", "a\x00b", "\xff", "HEAD@{1}", "x.lock", ".hidden", strings.Repeat("a", 300),
	} {
		for _, env := range []map[string]string{
			over(onTravis, "TRAVIS_EVENT_TYPE=push", "TRAVIS_BRANCH="+branch),
			over(onTravis, "TRAVIS_EVENT_TYPE=push", "TRAVIS_TAG="+branch),
			over(onGitHub, "GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/heads/"+branch),
			over(onGitLab, "CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH="+branch),
			over(onGitLab, "CI_PIPELINE_SOURCE=push", "CI_DEFAULT_BRANCH="+branch),
		} {
			if event, err := Detect(source(env)); err == nil || exit.Code(err) != exit.BadInput || strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("%q: got %q, %v", branch, event, err)
			}
		}
	}
	if _, err := Detect(source(over(onTravis, "GITHUB_ACTIONS=true"))); err == nil || !strings.Contains(err.Error(), "TRAVIS and GITHUB_ACTIONS are both set") {
		t.Errorf("two systems: %v", err)
	}
}

// FuzzDetect looks for an environment that deploys and is no plain push, that names something Git could not, or that
// makes a run of CI a local one.
func FuzzDetect(f *testing.F) {
	f.Add(byte(0), "push", "master", "false", "", "us/hubs")
	f.Add(byte(1), "pull_request", "refs/pull/1/merge", "master", `{"pull_request": {}}`, "us/hubs")
	f.Add(byte(2), "push", "master", "", "v1", "them/hubs")
	f.Fuzz(func(t *testing.T, system byte, kind, ref, pull, tag, slug string) {
		env := []map[string]string{
			over(onTravis, "TRAVIS_EVENT_TYPE="+kind, "TRAVIS_BRANCH="+ref, "TRAVIS_PULL_REQUEST="+pull, "TRAVIS_TAG="+tag, "TRAVIS_PULL_REQUEST_SLUG="+slug),
			over(onGitHub, "GITHUB_EVENT_NAME="+kind, "GITHUB_REF="+ref, "GITHUB_BASE_REF="+pull, "GITHUB_REPOSITORY="+slug, "content of event.json="+tag),
			over(onGitLab, "CI_PIPELINE_SOURCE="+kind, "CI_COMMIT_BRANCH="+ref, "CI_MERGE_REQUEST_IID="+pull, "CI_COMMIT_TAG="+tag, "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH="+slug),
		}[system%3]
		event, err := Detect(source(env))
		switch {
		case err != nil:
			if exit.Code(err) != exit.BadInput || errors.Unwrap(err) == nil {
				t.Errorf("%q: exit %d: %v", env, exit.Code(err), err)
			}
		case !event.InCI():
			t.Errorf("%q is a local run", env)
		case event.Kind == Push && (kind != "push" || event.Branch == "" || checkName(event.Branch) != nil || strings.ContainsAny(event.Branch, " \n\x00")):
			t.Errorf("%q may deploy %q", env, event.Branch)
		case event.Kind == PullRequest && !event.Fork && slug != "us/hubs" && !strings.EqualFold(slug, "us/hubs") && system%3 != 1:
			t.Errorf("%q is trusted", env)
		}
	})
}
