package hub

import (
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/chart"
)

func TestLocateNamesTheLineOfAWord(t *testing.T) {
	root := t.TempDir()
	for file, content := range map[string]string{
		"c/values.yaml":        "# tag: v1\nimage:\n  name: me/hub-extra\n  tag: v1 # not v2\n  other: me/hub\n",
		"c/templates/hub.yaml": "kind: Deployment\nsecretKeyRef: {name: oauth, key: client_id}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for word, want := range map[string]string{
		"v1": "c/values.yaml:4", "me/hub": "c/values.yaml:5", "client_id": "c/templates/hub.yaml:2", "client": "", "v2": "", "": "",
	} {
		if got := Locate(root, Hub{ChartDir: "c"}, word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// The chart of a published one, and of a hub that is gone, is not that of the repository's top directory.
func TestLocateLooksIntoNoOtherChart(t *testing.T) {
	root := t.TempDir()
	for file, content := range map[string]string{"values.yaml": "client_id\n", "templates/hub.yaml": "client_id\n", "hubs/a.yaml": "tag: v3\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, h := range map[string]Hub{"published": {Published: &chart.Dependency{Name: "x"}, Values: []string{"hubs/a.yaml"}}, "gone": {Values: []string{"hubs/a.yaml"}}} {
		if got := Locate(root, h, "client_id"); got != "" {
			t.Errorf("%s: got %s", name, got)
		}
		if got := Locate(root, h, "v3"); got != "hubs/a.yaml:1" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestBaseURLIsReadFromTheValues(t *testing.T) {
	for values, want := range map[string]string{
		"b: &b /x/\nhub: {baseUrl: *b}": "/x/", "d: &d {hub: {baseUrl: /x/}}\njupyterhub: {<<: *d}": "/x/", "d: &d {baseUrl: /x/}\nhub: {baseUrl: /own, <<: *d}": "/x/",
		"": "/", "a: b": "/", "hub: {baseUrl: /own}": "/own", "jupyterhub: {hub: {baseUrl: /course/}}\nhub: {baseUrl: /own}": "/course/",
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "values.yaml"), []byte(values), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := BaseURL(root, Hub{}); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", values, got, err, want)
		}
	}
}
