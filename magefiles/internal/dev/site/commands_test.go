package site

import (
	"reflect"
	"strings"
	"testing"
)

const withCommands = "Text.\n\n```sh\nmage never\n```\n\n```sh {run=true}\nmkdir a\ncd a\n```\n\n```console {run=true}\n$ mage plan\nHUB  DO\na    yes …\n\n$ mage lint\n```\n\n````text\n```sh {run=true}\nmage shown\n```\n````\n"

func TestMarkedCommandsAreFound(t *testing.T) {
	got, err := Commands(withCommands)
	want := []Command{{8, "mkdir a\ncd a\n", nil}, {13, "mage plan", []string{"HUB  DO", "a    yes …"}}, {17, "mage lint", nil}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: %+v", err, got)
	}
	for _, broken := range []string{"```sh {run=true}\nmkdir a\n", "```console {run=true}\nno command\n```\n"} {
		if _, err := Commands(broken); err == nil {
			t.Errorf("%q is taken", broken)
		}
	}
}

func TestWhatAPageShowsIsWhatACommandPrints(t *testing.T) {
	commands, err := Commands(withCommands)
	if err != nil {
		t.Fatal(err)
	}
	plan := commands[1]
	if missing := plan.Missing("first\nHUB       DO\n\na         yes  image missing\n"); missing != "" {
		t.Errorf("missing: %q", missing)
	}
	for output, want := range map[string]string{"HUB DO\na no\n": "a    yes …", "a yes x\nHUB DO\n": "a    yes …", "": "HUB  DO", "HUB DO!": "HUB  DO"} {
		if missing := plan.Missing(output); missing != want {
			t.Errorf("%s: missing %q, want %q", strings.TrimSpace(output), missing, want)
		}
	}
}
