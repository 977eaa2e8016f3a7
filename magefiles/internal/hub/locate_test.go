package hub

import (
	"os"
	"path/filepath"
	"testing"
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
