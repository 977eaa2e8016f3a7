package config

import (
	"os"
	"path/filepath"
	"testing"
)

// cloned makes a directory in a clone whose origin has that default branch, none if it is "".
func cloned(t *testing.T, standard string) string {
	t.Helper()
	root := t.TempDir()
	note := filepath.Join(root, ".git", "refs", "remotes", "origin", "HEAD")
	dir := filepath.Join(root, "a", "b")
	for _, made := range []string{filepath.Dir(note), dir} {
		if err := os.MkdirAll(made, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if standard != "" {
		if err := os.WriteFile(note, []byte("ref: refs/remotes/origin/"+standard+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWithoutBranchesTheDefaultBranchAloneGetsCredentials(t *testing.T) {
	travis := []string{"CI=true", "TRAVIS=true", "TRAVIS_EVENT_TYPE=push", "TRAVIS_PULL_REQUEST=false", "TRAVIS_REPO_SLUG=us/hubs"}
	gitlab := []string{"CI=true", "GITLAB_CI=true", "CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=trunk"}
	for name, test := range map[string]struct {
		settings, cloned string
		event            []string
		want             bool
	}{
		"the clone's":           {"jobs: 1\n", "trunk/1", append(travis, "TRAVIS_BRANCH=trunk/1"), true},
		"another branch":        {"jobs: 1\n", "trunk", append(travis, "TRAVIS_BRANCH=master"), false},
		"no note of it":         {"jobs: 1\n", "", append(travis, "TRAVIS_BRANCH=master"), false},
		"GitLab's":              {"jobs: 1\n", "", append(gitlab, "CI_DEFAULT_BRANCH=trunk"), true},
		"GitLab's is another":   {"jobs: 1\n", "trunk", append(gitlab, "CI_DEFAULT_BRANCH=main"), false},
		"the settings say none": {"branches: {}\n", "trunk", append(travis, "TRAVIS_BRANCH=trunk"), false},
		"the settings say it":   {"branches: {b: [x]}\n", "trunk", append(travis, "TRAVIS_BRANCH=b"), true},
	} {
		t.Run(name, func(t *testing.T) {
			root := cloned(t, test.cloned)
			if err := os.WriteFile(filepath.Join(root, File), []byte(test.settings), 0o600); err != nil {
				t.Fatal(err)
			}
			c, err := Load(root, append([]string{"HOME=/nobody", "COSIGN_PASSWORD=correct-horse"}, test.event...))
			if err != nil {
				t.Fatal(err)
			}
			if c.Deploying() != test.want || (c.CosignPassword != "") != test.want {
				t.Errorf("deploys: %v, with password %q", c.Deploying(), c.CosignPassword)
			}
		})
	}
}
