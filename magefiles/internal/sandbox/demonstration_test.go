package sandbox

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

// A hub that is copied from one of the demonstration has no credential of that: the password that everybody may know is the chart's.
func TestACopyOfADemonstrationsHubSharesNoSecret(t *testing.T) {
	dir := t.TempDir()
	if err := writeTree("demo/project", dir, words(&State{Registry: "localhost:1"}, true)); err != nil {
		t.Fatal(err)
	}
	for _, hub := range demoHubs {
		values, err := os.ReadFile(filepath.Join(dir, "hub-charts", hub, "values.yaml"))
		if err != nil || strings.Contains(strings.ToLower(string(values)), "password") {
			t.Errorf("%s: %s, %v", hub, values, err)
		}
	}
	chart := t.TempDir()
	if err := writeTree("demo/classroom", chart, chartWords()); err != nil {
		t.Fatal(err)
	}
	values, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil || !strings.Contains(string(values), "password: "+Password+" ") {
		t.Errorf("%s, %v", values, err)
	}
}

// An image that cannot be made costs the demonstration its JupyterHub, and nothing else, unless somebody asked for one.
func TestImageThatCannotBeMadeLeavesTheSmallProgram(t *testing.T) {
	for hub, wants := range map[string]struct {
		err  bool
		said string
	}{
		"":         {false, "a small program in place of a JupyterHub, whose image cannot be made: no mirror answers"},
		JupyterHub: {true, ""},
	} {
		said := new(strings.Builder)
		s := &Sandbox{Hub: hub, Console: ui.New(said, said, false), Tools: &toolchain.Box{Cache: t.TempDir()}, imageFailed: errors.New("no mirror answers")}
		kept := s.HubImage().Kept()
		if err := os.MkdirAll(kept, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(kept, "index.json"), nil, 0o600); err != nil { // so nothing is missing
			t.Fatal(err)
		}
		there, err := s.hubImage(t.Context(), &State{Nodes: Real})
		if there || (err != nil) != wants.err || !strings.Contains(said.String(), wants.said) {
			t.Errorf("%q: %v, %v: %s", hub, there, err, said)
		}
	}
}

// BuildKit need not unpack the image of a JupyterHub to add a file; older engines do not know how that is said.
func TestDemonstrationsImagesAreLinkedWhereBuildKitMakesThem(t *testing.T) {
	for address, want := range map[string]string{"": "\nCOPY course.md ", "unix:///sandbox/buildkitd.sock": "\nCOPY --link course.md "} {
		dir := t.TempDir()
		if err := writeTree("demo/jupyterhub", dir, words(&State{Registry: "localhost:1", BuildKit: address}, true)); err != nil {
			t.Fatal(err)
		}
		for _, hub := range demoHubs {
			dockerfile, err := os.ReadFile(filepath.Join(dir, "user-images", hub, "Dockerfile"))
			if err != nil || !strings.Contains(string(dockerfile), want) || !strings.HasPrefix(string(dockerfile), "FROM localhost:1/sandbox/jupyterhub:") {
				t.Errorf("%s: %s, %v", hub, dockerfile, err)
			}
		}
	}
}
