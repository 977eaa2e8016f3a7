package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// events are what CI systems say, and who that is: "deploys" has all credentials, "builds" the registry's login, "stranger" none.
func events(t *testing.T) map[string][]string {
	payload := func(repository string) string {
		file := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(file, []byte(`{"pull_request": {"head": {"repo": {"full_name": "`+repository+`"}}}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		return "GITHUB_EVENT_PATH=" + file
	}
	travis := func(more ...string) []string {
		return append([]string{"TRAVIS=true", "TRAVIS_BRANCH=master", "TRAVIS_PULL_REQUEST=false", "TRAVIS_REPO_SLUG=us/hubs"}, more...)
	}
	github := func(more ...string) []string {
		return append([]string{"GITHUB_ACTIONS=true", "GITHUB_REF=refs/heads/master", "GITHUB_REPOSITORY=us/hubs"}, more...)
	}
	gitlab := func(more ...string) []string {
		return append([]string{"GITLAB_CI=true", "CI_COMMIT_BRANCH=master", "CI_MERGE_REQUEST_PROJECT_PATH=us/hubs"}, more...)
	}
	return map[string][]string{
		"deploys: a local run":             nil,
		"deploys: travis push":             travis("TRAVIS_EVENT_TYPE=push"),
		"deploys: travis push to staging":  travis("TRAVIS_EVENT_TYPE=push", "TRAVIS_BRANCH=staging"),
		"deploys: github push":             github("GITHUB_EVENT_NAME=push"),
		"deploys: gitlab push":             gitlab("CI_PIPELINE_SOURCE=push"),
		"builds: travis push to feature":   travis("TRAVIS_EVENT_TYPE=push", "TRAVIS_BRANCH=feature"),
		"builds: travis own pull request":  travis("TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=1", "TRAVIS_PULL_REQUEST_SLUG=us/hubs"),
		"builds: travis cron":              travis("TRAVIS_EVENT_TYPE=cron"),
		"builds: travis cron of feature":   travis("TRAVIS_EVENT_TYPE=cron", "TRAVIS_BRANCH=feature"),
		"builds: travis cron of a tag":     travis("TRAVIS_EVENT_TYPE=cron", "TRAVIS_TAG=v1"),
		"builds: travis API":               travis("TRAVIS_EVENT_TYPE=api"),
		"builds: travis tag":               travis("TRAVIS_EVENT_TYPE=push", "TRAVIS_TAG=v1"),
		"builds: github own pull request":  github("GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=master", payload("us/hubs")),
		"builds: github schedule":          github("GITHUB_EVENT_NAME=schedule"),
		"builds: github by hand":           github("GITHUB_EVENT_NAME=workflow_dispatch"),
		"builds: github tag":               github("GITHUB_EVENT_NAME=push", "GITHUB_REF=refs/tags/v1"),
		"builds: gitlab schedule":          gitlab("CI_PIPELINE_SOURCE=schedule"),
		"builds: gitlab own merge request": gitlab("CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME=master", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=us/hubs"),
		"builds: gitlab API":               gitlab("CI_PIPELINE_SOURCE=api"),
		"stranger: travis fork":            travis("TRAVIS_EVENT_TYPE=pull_request", "TRAVIS_PULL_REQUEST=1", "TRAVIS_PULL_REQUEST_SLUG=them/hubs"),
		"stranger: travis alone":           {"TRAVIS=true"},
		"stranger: travis unknown":         travis("TRAVIS_EVENT_TYPE=something"),
		"stranger: travis push without":    travis("TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST="),
		"stranger: github fork":            github("GITHUB_EVENT_NAME=pull_request", "GITHUB_BASE_REF=master", payload("them/hubs")),
		"stranger: github target":          github("GITHUB_EVENT_NAME=pull_request_target", "GITHUB_BASE_REF=master", payload("us/hubs")),
		"stranger: github comment":         github("GITHUB_EVENT_NAME=issue_comment"),
		"stranger: github alone":           {"GITHUB_ACTIONS=true"},
		"stranger: gitlab alone":           {"GITLAB_CI=true"},
		"stranger: gitlab child pipeline":  gitlab("CI_PIPELINE_SOURCE=parent_pipeline"),
		"stranger: a fork's cron":          travis("TRAVIS_EVENT_TYPE=cron", "TRAVIS_PULL_REQUEST=1", "TRAVIS_PULL_REQUEST_SLUG=them/hubs"),
		"stranger: an unknown CI":          {"CI=true"},
		"stranger: Jenkins":                {"JENKINS_URL=https://ci.example.org/"},
	}
}

// A token for comments is there for the pull request that it was given for, and masked everywhere.
func TestTheTokenOfAReviewIsForThatReviewAlone(t *testing.T) {
	const token = "value-of-a-token"
	hub := []string{"CI=true", "GITHUB_ACTIONS=true", "GITHUB_EVENT_NAME=pull_request", "GITHUB_REF=refs/pull/7/merge", "GITHUB_BASE_REF=main", "GITHUB_REPOSITORY=us/hubs", "GITHUB_API_URL=https://api.github.com", "GITHUB_TOKEN=" + token}
	lab := []string{"CI=true", "GITLAB_CI=true", "CI_PIPELINE_SOURCE=merge_request_event", "CI_MERGE_REQUEST_IID=7", "CI_MERGE_REQUEST_PROJECT_ID=12", "CI_API_V4_URL=https://gitlab.com/api/v4", "GITLAB_TOKEN=" + token, "CI_MERGE_REQUEST_PROJECT_PATH=us/hubs"}
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(`{"pull_request": {"head": {"repo": {"full_name": "us/hubs"}}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		environ []string
		there   bool
	}{
		"GitHub":            {append(slices.Clone(hub), "GITHUB_EVENT_PATH="+event), true},
		"GitHub, a fork":    {hub, false},
		"GitHub, as target": {append(slices.Clone(hub), "GITHUB_EVENT_PATH="+event, "GITHUB_EVENT_NAME=pull_request_target"), false},
		"GitLab":            {append(slices.Clone(lab), "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=us/hubs"), true},
		"GitLab, a fork":    {append(slices.Clone(lab), "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH=them/hubs"), false},
		"a machine":         {[]string{"GITHUB_TOKEN=" + token}, false},
	} {
		c, err := load(t, "", test.environ...)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.GitHubToken+c.GitLabToken == token; got != test.there || !slices.Contains(c.Secrets(), token) || strings.Contains(strings.Join(everyChilds(c), " "), token) {
			t.Errorf("%s: it is there: %v, want %v", name, got, test.there)
		}
	}
}

// Each event has the credentials that security.md says, and no other: settings, variables of programs, and files that they name.
func TestEachEventHasItsCredentials(t *testing.T) {
	files := []string{"GOOGLE_APPLICATION_CREDENTIALS", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AZURE_CONFIG_DIR", "CLOUDSDK_CONFIG", "SOPS_AGE_KEY_FILE", "VAULT_ADDR", "COSIGN_KEY_REF", "KUBECONFIG"}
	var secret []string // settings that hold one
	environ := []string{"REGISTRY_USERNAME=value-of-REGISTRY_USERNAME", "HUBOPS_ENV=MINE_TOKEN", "MINE_TOKEN=value-of-MINE_TOKEN"}
	for _, s := range Settings {
		if s.Secret && s.Env != "COSIGN_PRIVATE_KEY" { // that excludes the file
			secret = append(secret, s.Env)
		}
	}
	withFile := []string{"COSIGN_KEY_FILE", "GIT_CRYPT_KEY_FILE"}
	for _, name := range slices.Concat(secret, withFile, files, commonCredentials) {
		if pair := name + "=value-of-" + name; !slices.Contains(environ, pair) {
			environ = append(environ, pair)
		}
	}
	const branches = "branches: {master: ['*'], staging: [a]}\n"
	scheduled := []string{"builds: travis cron", "builds: github schedule", "builds: gitlab schedule"}
	for name, event := range events(t) {
		who, _, _ := strings.Cut(name, ":")
		resuming := who // where hubops.yaml lets scheduled builds go on with rounds
		if slices.Contains(scheduled, name) {
			resuming = "deploys"
		}
		for yaml, who := range map[string]string{branches: who, branches + "rounds: {resume: schedule, steps: [['*']]}\n": resuming, branches + "rounds: {steps: [['*']]}\n": who} {
			t.Run(name, func(t *testing.T) { checkCredentials(t, yaml, event, who, environ, secret, withFile, files) })
		}
	}
}

func checkCredentials(t *testing.T, yaml string, event []string, who string, environ, secret, withFile, files []string) {
	t.Helper()
	c, err := load(t, yaml, append(slices.Clone(environ), event...)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Settings {
		field, isText := s.field(c).(*string)
		if !isText || !slices.Contains(secret, s.Env) && !slices.Contains(withFile, s.Env) {
			continue
		}
		want := who == "deploys" && s.access != forReview || who == "builds" && s.Env == "REGISTRY_PASSWORD"
		if got := strings.HasSuffix(*field, "value-of-"+s.Env); got != want {
			t.Errorf("%s is there: %v, want %v", s.Env, got, want)
		}
	}
	if got := strings.Join(slices.Concat(c.Grant(Clouds...), c.Grant("SOPS_", "VAULT_"), c.Named()), " "); (got != "") != (who == "deploys") {
		t.Errorf("granted: %q", got)
	}
	children := strings.Join(everyChilds(c), "\n")
	for _, file := range files {
		tests := c.ForPrograms()[ProjectsTests]
		if got := strings.Count(children, "=value-of-"+file) > strings.Count(strings.Join(tests, "\n"), "=value-of-"+file); got != (who == "deploys") {
			t.Errorf("%s reaches a child: %v", file, got)
		}
	}
	if who == "stranger" && (c.DockerConfig != "" || c.RegistryUsername != "") {
		t.Errorf("the login of %q, of %s", c.RegistryUsername, c.DockerConfig)
	}
	for _, name := range slices.Concat(secret, commonCredentials) {
		if !slices.Contains(c.Secrets(), "value-of-"+name) {
			t.Errorf("%s is not masked", name)
		}
	}
}
