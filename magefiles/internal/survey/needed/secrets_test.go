package needed

import (
	"errors"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/session/sessiontest"
)

const (
	// hubploy is the layout of a hub for each environment.
	hubploy = "layout: {hubs: 'deployments/{hub}/hubploy.yaml', environments: {staging: staging, main: prod}, chart: chart, " +
		"values: ['deployments/{hub}/config/common.yaml'], secrets: ['deployments/{hub}/secrets/{env}.yaml', 'deployments/{hub}/secrets/common.yaml?', 'all/{env}.yaml?']}\n"
	// flat is that of hubs that are one file each.
	flat = "layout: {hubs: 'config/{hub}.yaml', chart: {name: x, version: 1.0.0, repository: 'https://x.org'}, secrets: ['enc-{hub}.secret.values.yaml?', 'enc-support.yaml?']}\n" +
		"hubs: {demo: {layout: {secrets: [odd/x.yaml]}}}\ncharts: [support]\n"
)

// Where a file that cannot be read is a hub's, that hub's release must be there: by the layout of the branch that has the file.
func TestWhoseValuesAFileHolds(t *testing.T) {
	for settings, test := range map[string]struct {
		files []string
		want  map[string]string
	}{
		"": {[]string{"hub-charts/course/Chart.yaml"}, map[string]string{
			"secrets/course.yaml": "course", "secrets/course.yml": "course", "hub-charts/course/secret.yaml": "course", "hub-charts/course/files/a.yaml": "course",
			"keys/gke.json": "", "hubops.yaml": "", "secrets/sub/course.yaml": "course", "secrets/gone.yaml": "gone", "hub-charts/gone/x.yaml": "gone",
		}},
		hubploy: {[]string{"deployments/course/hubploy.yaml", "deployments/lab/hubploy.yaml", "chart/Chart.yaml"}, map[string]string{
			"deployments/course/secrets/prod.yaml": "course-prod", "deployments/course/secrets/common.yaml": "course-prod course-staging",
			"deployments/course/config/common.yaml": "course-prod course-staging", "deployments/gone/secrets/prod.yaml": "gone-prod", "deployments/course/key.json": "",
			"all/prod.yaml": "course-prod lab-prod", "chart/files/x": "course-prod course-staging lab-prod lab-staging",
		}},
		flat: {[]string{"config/course.yaml", "config/demo.yaml", "support/Chart.yaml"}, map[string]string{
			"enc-course.secret.values.yaml": "course", "enc-support.yaml": "course support", "odd/x.yaml": "demo", "enc-gone.secret.values.yaml": "gone", "support/x": "support",
		}},
	} {
		own, err := (&config.Config{}).WithLayout("x", []byte(settings))
		if err != nil {
			t.Fatal(err)
		}
		holders, err := holdersOf(own, test.files)
		if err != nil {
			t.Fatal(err)
		}
		for file, want := range test.want {
			if got := strings.Join(holders.of(file), " "); got != want {
				t.Errorf("%s: got %q, want %q", file, got, want)
			}
		}
	}
}

// What is pruned is decided by the layout of the branch, and not by what is checked out; and of a file that several hubs have, by all.
func TestSecretValuesThatCannotBeReadKeepAllFromBeingPruned(t *testing.T) {
	repository := gittest.New(t, "deployments/course/hubploy.yaml", "x", "config/course.yaml", "x", "config/other.yaml", "x")
	s, _ := sessiontest.Open(t, sessiontest.Checkout(t, repository, flat+"cluster: {credentials: {file: secrets/west.yaml}}\n", map[string]string{"main": hubploy, "staging": flat}), []string{
		"TRAVIS=true", "TRAVIS_REPO_SLUG=us/hubs", "TRAVIS_PULL_REQUEST=false", "TRAVIS_EVENT_TYPE=push", "TRAVIS_BRANCH=staging", "SANDBOX=0",
	})
	f := &finder{session: s, to: connect.New(s)}
	repo, err := f.to.Git(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for deployed, tests := range map[string]map[[2]string]string{
		"course-prod": {
			{"main", "deployments/course/secrets/prod.yaml"}:    "",
			{"main", "deployments/course/secrets/staging.yaml"}: "hub course-staging is not deployed",
			{"main", "deployments/course/secrets/common.yaml"}:  "hub course-staging is not deployed",
			{"main", "enc-course.secret.values.yaml"}:           "",
			{"main", "secrets/gke-auth-key.json"}:               "",
			{"main", "secrets/west.yaml"}:                       "",
			{"main", "secrets/east.yaml"}:                       "hub east is not deployed",
			{"staging", "enc-course.secret.values.yaml"}:        "hub course is not deployed",
		},
		"course": {{"staging", "enc-course.secret.values.yaml"}: "", {"staging", "enc-support.yaml"}: "hub other is not deployed"},
	} {
		reader, err := f.readSecrets(t.Context(), repo, nil, map[string]bool{deployed: true})
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range tests {
			commit := git.OfOrigin(at[0])
			err := reader.unread(t.Context(), git.Tip{Branch: at[0], Commit: commit}, at[1], errors.New("locked"))
			if (err == nil) != (want == "") || err != nil && (!strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("%s: got %v, want %q", at, err, want)
			}
		}
	}
}
