package check

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// script runs what Ask makes, on this machine in place of an image: it changes nothing.
func script(t *testing.T, content string, hubs ...string) []string {
	t.Helper()
	wanted, err := Parse("check.yaml", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("nonce", hubs)
	answers := asked.Listen(plain)
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", asked.Script)
	command.Dir = t.TempDir()
	command.Env = []string{"PATH=" + command.Dir + ":/usr/bin:/bin", "HOME=" + command.Dir}
	command.Stdout = answers
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	if !answers.Begun() || !answers.Ended() {
		t.Errorf("the script did not come to its end: %+v", answers.list)
	}
	var texts []string
	for _, mismatch := range asked.Judge(answers, "") {
		texts = append(texts, mismatch.String())
	}
	return texts
}

func TestCommands(t *testing.T) {
	got := script(t, `commands:
- "true"
- run: printf 'it''s %s\n' 5; exit 3
  exit: 3
  output: it
- "false"
- nosuchprogram --version
- run: "printf 'a\\nb'"
  output: [a, c]
- run: "printf 'ends in the \\033[1mmidst'; exit 1"
- 'echo "unclosed'
`)
	for i, want := range []string{
		"check.yaml:6: run false: wanted exit code 0, and there was exit code 1",
		"check.yaml:7: run nosuchprogram --version: wanted exit code 0, and there was exit code 127 (no such command) and: ",
		`check.yaml:8: run printf 'a\nb': wanted output with "c", and there was a b`,
		"check.yaml:10: run printf 'ends in the \\033[1mmidst'; exit 1: wanted exit code 0, and there was exit code 1 and: ends in the \x1b[1mmidst", // made visible where it is shown
		`check.yaml:11: run echo "unclosed: wanted exit code 0, and there was exit code 2 and: `,
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d mismatches: %q", len(got), got)
	}
}

// Modules are imported by the Python of the image; their versions are those of what was installed, or their own.
func TestImports(t *testing.T) {
	programs.Need(t.Context(), t, "python3")
	got := script(t, "imports:\n- json\n- yaml >= 3, < 1000\n- json >= 900\n- nosuchmodule\n- yaml < 1\n- abc >= 1\n")
	for i, want := range []string{
		"check.yaml:4: import json: wanted the module in version >= 900, and there was version 2.", // json has a __version__
		"check.yaml:5: import nosuchmodule: wanted the module, and there was exit code 1 and: ModuleNotFoundError: No module named 'nosuchmodule'",
		"check.yaml:6: import yaml: wanted the module in version < 1, and there was version ",
		"check.yaml:7: import abc: wanted the module in version >= 1, and there was the module, and it does not say which version it is",
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// answered judges one answer to what a check.yaml asks for.
func answered(t *testing.T, content, output string, code int, hubs ...string) string {
	t.Helper()
	wanted, err := Parse("check.yaml", []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("n", hubs)
	wantedIs, got := asked.questions[0].judge(answer{true, true, code, output, false, plain})
	if wantedIs == "" {
		return ""
	}
	return wantedIs + " | " + got
}

func TestUserHomeAndServer(t *testing.T) {
	const server = "jupyterhub-singleuser: chart\n"
	for _, test := range []struct {
		content, output string
		code            int
		want            string
	}{
		{"user: jovyan\n", "1000\njovyan\n", 0, ""},
		{"user: 1000\n", "1000\njovyan\n", 0, ""},
		{"user: jovyan\n", "0\nroot\n", 0, "jovyan | root (0)"},
		{"user: 1000\n", "1000\nid: cannot find name\n1000\n", 1, ""},
		{"user: jovyan\n", "1000\nid: cannot find name\n", 1, "jovyan | the user 1000, who has no name"},
		{"user: jovyan\n", "sh: id: not found\n", 127, "jovyan | exit code 127 (no such command) and: sh: id: not found"},
		{"home: /home/a\n", "HOME=/home/a\nwritable\n", 0, ""},
		{"home: /home/a\n", "HOME=/root\nwritable\n", 0, "/home/a | HOME=/root"},
		{"home: /home/a\n", "HOME=/home/a\n", 1, "/home/a to write in | no such directory, or one that the user may not write in"},
		{server, "5.2.1\n", 0, ""},
		{server, "a warning\n5.2.9.dev\n", 0, ""},
		{server, "4.1.6\n", 0, "a server of version 5.2, for JupyterHub 5.2.0 takes that | 4.1.6"},
		{server, "5.20.1\n", 0, "a server of version 5.2, for JupyterHub 5.2.0 takes that | 5.20.1"},
		{server, "sh: jupyterhub-singleuser: not found\n", 127, "a server of version 5.2, for JupyterHub 5.2.0 takes that | exit code 127 (no such command) and: sh: jupyterhub-singleuser: not found"},
		{"jupyterhub-singleuser: '4.1'\n", "4.1.6\n", 0, ""},
	} {
		if got := answered(t, test.content, test.output, test.code, "5.2.0"); got != test.want {
			t.Errorf("%q to %q: %q, want %q", test.output, test.content, got, test.want)
		}
	}
	if got := answered(t, server, "5.2.1\n", 0, "5.2.0", "5.3.0"); !strings.HasPrefix(got, "a server of version 5.3") { // two hubs have the image
		t.Errorf("%q", got)
	}
}

// What a hub takes is a matter of the major and the minor version: test_check_version in jupyterhub/tests of its source.
func TestTakes(t *testing.T) {
	for _, test := range []struct {
		hub, server string
		want        bool
	}{
		{"0.8.0", "0.8.1", true}, {"0.8.0", "0.8.0.dev", true}, {"0.8.0", "0.9.0", false}, {"5.2.0b1", "5.2", true}, {"5.2", "5.2.1", true}, {"5", "5.2", false}, {"", "", false}, {"x", "x", false},
	} {
		if got := Takes(test.hub, test.server); got != test.want {
			t.Errorf("%q, %q: %t", test.hub, test.server, got)
		}
	}
}

// An answer that did not come is told with what came between; what was never asked is not.
func TestCutShort(t *testing.T) {
	wanted, err := Parse("check.yaml", []byte("commands: [a, b, c]\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("n", nil)
	answers := asked.Listen(plain)
	for _, part := range []string{"entry point says this\n\nn beg", "in 0\nok\n\nn end 0 0\n\nn begin 1\nhalf", " a line\nand more\nn end 99 0\nn end\n"} {
		if _, err := answers.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	got := asked.Judge(answers, "it took too long")
	if len(got) != 1 || got[0].String() != "check.yaml:1: run b: wanted an answer, and there was none: it took too long; the last line was: and more" {
		t.Errorf("%v", got)
	}
	if got := asked.Judge(answers, ""); len(got) != 2 || got[1].Got != "none" {
		t.Errorf("%v", got)
	}
	if answers.Unbegun(nil) != "entry point says this" || !answers.Begun() || answers.Ended() {
		t.Errorf("before: %q", answers.Unbegun(nil))
	}
}

// What an entry point prints is told as far as people read it.
func TestALongLineBeforeTheFirstQuestion(t *testing.T) {
	answers := Asked{Nonce: "n"}.Listen(plain)
	_, _ = answers.Write([]byte(strings.Repeat("x", 9999) + "\x1b[2J\xff\n"))
	if got := answers.Unbegun(nil); len(got) > 200 || !strings.HasSuffix(got, " …") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// A program that prints without end fills no memory.
func TestMuchOutput(t *testing.T) {
	wanted, err := Parse("check.yaml", []byte("commands: [{run: a, output: z}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("n", nil)
	answers := asked.Listen(plain)
	_, _ = answers.Write([]byte("\nn begin 0\n"))
	for range 300 {
		_, _ = answers.Write([]byte(strings.Repeat("x", 9999) + "\n"))
	}
	_, _ = answers.Write([]byte(strings.Repeat("y", 3<<20) + "\nz\n\nn end 0 0\n"))
	if len(answers.list[0].output) > mostKept+10000 || !answers.Ended() {
		t.Errorf("%d bytes are kept", len(answers.list[0].output))
	}
	if got := asked.Judge(answers, ""); len(got) != 1 || !strings.Contains(got[0].Got, "(the first MiB was looked at)") {
		t.Errorf("%v", got)
	}
}

// plain masks nothing.
func plain(text string) string { return text }

// A secret is masked before a line is cut: of one that is cut in two, neither part would be known.
func TestNoPartOfASecretIsShown(t *testing.T) {
	wanted, err := Parse("check.yaml", []byte("commands: [a, {run: b, output: z}, c]\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("n", nil)
	line := strings.Repeat("x ", 55) + "correct-horse-battery-staple"
	for _, printed := range []string{
		"\nn begin 0\n" + line + "\nn end 0 1\n\nn begin 1\n" + line + "\nn end 1 0\n\nn begin 2\n" + line + "\n",
		line + "\n",
	} {
		answers := asked.Listen(func(text string) string { return strings.ReplaceAll(text, "correct-horse-battery-staple", "•••") })
		if _, err := answers.Write([]byte(printed)); err != nil {
			t.Fatal(err)
		}
		said := fmt.Sprint(asked.Judge(answers, line), answers.Unbegun(errors.New(line)))
		if strings.Contains(said, "corr") || !strings.Contains(said, "•••") {
			t.Error(said)
		}
	}
}

// What an engine says of an image that cannot be run, and what the image printed, is a part of a line.
func TestUnbegun(t *testing.T) {
	for name, c := range map[string]struct{ printed, err string }{
		"an error alone":        {"", strings.Repeat("no space left on device ", 100)},
		"with what was printed": {"not for you\n", strings.Repeat("x\n", 9000)},
	} {
		answers := Asked{Nonce: "n"}.Listen(plain)
		_, _ = answers.Write([]byte(c.printed))
		if text := answers.Unbegun(errors.New(c.err)); len(text) > 200 || strings.Contains(text, "\n") || !strings.Contains(text, strings.TrimSpace(c.printed)) {
			t.Errorf("%s: %q", name, text)
		}
	}
}

// Wherever the answers break off, an image that has not answered everything has not passed.
func TestNoImagePassesThatHasNotAnsweredEverything(t *testing.T) {
	wanted, err := Parse("check.yaml", []byte("commands: [a, b]\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := wanted.Ask("n", nil)
	const all = "\nn begin 0\nok\n\nn end 0 0\n\nn begin 1\nok\n\nn end 1 0\n"
	for at := range all {
		for _, why := range []string{"it took too long", ""} {
			answers := asked.Listen(plain)
			_, _ = answers.Write([]byte(all[:at]))
			if got := asked.Judge(answers, why); len(got) == 0 || why != "" && len(got) != 1 {
				t.Errorf("after %q: %v", all[:at], got)
			}
		}
	}
	answers := asked.Listen(plain)
	_, _ = answers.Write([]byte(all))
	if got := asked.Judge(answers, ""); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
