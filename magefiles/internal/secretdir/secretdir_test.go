package secretdir

import (
	"slices"
	"testing"
)

func TestReaches(t *testing.T) {
	for dir, want := range map[string]bool{
		"secrets": true, "secrets/": true, "./secrets": true, "secrets/old": true, "secrets/a.yaml": true, "Secrets": true, "SECRETS/x": true,
		"sec\u200brets": true, "x/../secrets": true, ".": true, "": true, "./": true, "x/..": true, ".git": true, ".GIT/config": true,
		"hub-charts/secrets": false, "secret": false, "secrets-of-all": false, "user-images/scripts": false, "x": false, ".github": false,
	} {
		if got := Reaches(dir); got != want {
			t.Errorf("%q: %v", dir, got)
		}
	}
}

func TestCounts(t *testing.T) {
	for file, want := range map[string]bool{
		"secrets/course.yaml": true, "secrets/dockerhub": true, "secrets/old/course.yaml": true, "secrets/old/example.yaml": false,
		"secrets/example.yaml": false, "secrets/.gitattributes": false, "secrets/.sops.yaml": false, "secrets/README.md": false,
	} {
		if got := Counts(file); got != want {
			t.Errorf("%s: %v", file, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	places := Fitting([]string{"secrets/{hub}.yaml?", "deployments/{hub}/secrets/{env}.yaml", "enc-{hub}.secret.yaml"})
	for file, want := range map[string]string{
		"deployments/a/secrets/prod.yaml": "holds counts", "enc-a.secret.yaml": "holds counts", "secrets/dockerhub": "holds counts",
		"secrets/example.yaml": "holds", "secrets/README.md": "holds", ".git/config": "holds counts",
		"deployments/a/config/prod.yaml": "", "deployments/a/secrets/x/prod.yaml": "", "x/enc-a.secret.yaml": "", "values.yaml": "",
	} {
		got := ""
		if places.Hold(file) {
			got = "holds"
		}
		if places.Count(file) {
			got += " counts"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
	if got := places.Globs(); !slices.Equal(got, []string{"secrets/*.yaml", "deployments/*/secrets/*.yaml", "enc-*.secret.yaml"}) {
		t.Errorf("got %q", got)
	}
	if (Places{}).Hold("values.yaml") || !(Places{}).Count("secrets/a.yaml") {
		t.Error("without a layout the directory of secrets is no place")
	}
}
