package check

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"hub-ops/magefiles/internal/exit"
)

func TestParse(t *testing.T) {
	got, err := Parse("a/check.yaml", []byte(`# What it must do.
user: 1000
home: /home/jovyan
jupyterhub-singleuser: chart
time: 90s
memory: 512Mi
commands:
  - git --version
  - run: R --version
    exit: 3
    output: [R version 4, "x: y"]
imports:
  - numpy
  - pandas >= 2.1, < 3
  - sklearn~=1.4
`))
	if err != nil {
		t.Fatal(err)
	}
	if got.User != (Text{"1000", 2}) || got.Home != (Text{"/home/jovyan", 3}) || !got.OfChart() || got.Time != 90*time.Second || got.Memory != 512<<20 || got.Count() != 8 || len(got.Digest) != 64 {
		t.Errorf("%+v", got)
	}
	if first, second := got.Commands[0], got.Commands[1]; first.Run != "git --version" || first.Line != 8 || second.Run != "R --version" || second.Exit != 3 || !slices.Equal(second.Output, []string{"R version 4", "x: y"}) || second.Line != 9 {
		t.Errorf("%+v", got.Commands)
	}
	for i, want := range []string{"numpy ", "pandas >= 2.1, < 3", "sklearn ~=1.4"} {
		if one := got.Imports[i]; one.Module+" "+one.Bound.String() != want || one.Line != 13+i {
			t.Errorf("%+v, want %s", one, want)
		}
	}
	if least, err := Parse("a", []byte("imports: [a]\n")); err != nil || least.Time != DefaultTime || least.Memory != DefaultMemory || least.OfChart() {
		t.Errorf("%+v, %v", least, err)
	}
}

// Each mistake is told with its line, and what to write.
func TestMistakesHaveTheirLine(t *testing.T) {
	for content, want := range map[string]string{
		"":                                    "a.yaml:1: it lists what the image must be able to do",
		"- a\n":                               "a.yaml:1: it lists",
		"time: 1m\n":                          "a.yaml:1: it checks nothing; list commands",
		"user: a\nimport: [b]\n":              `a.yaml:2: "import" is not read here; did you mean imports?`,
		"user: a\nzzzzzzzz: [b]\n":            `a.yaml:2: "zzzzzzzz" is not read here; it can be user, home, jupyterhub-singleuser, commands, imports, time, memory`,
		"user: a\nuser: b\n":                  `a.yaml:2: key "user" stands twice`,
		"user: a b\n":                         `a.yaml:1: "a b"; write a name or a number`,
		"user: [a]\n":                         "a.yaml:1: it takes a single value",
		"user:\n":                             "a.yaml:1: it takes a single value",
		"home: ~/x\n":                         "a.yaml:1: \"~/x\"; write an absolute path",
		"home: \"/a\\u001b[1m\"\n":            `a.yaml:1: "/a\x1b[1m"; write an absolute path`,
		"jupyterhub-singleuser: 5\n":          `a.yaml:1: "5"; write chart, or a version`,
		"jupyterhub-singleuser: true\n":       `a.yaml:1: "true"; write chart`,
		"commands: a\n":                       "a.yaml:1: it takes a list; begin each line of it with '- '",
		"commands: []\n":                      "a.yaml:1: it takes a list",
		"commands:\n- run: a\n  exits: 1\n":   `a.yaml:3: "exits" is not read here; did you mean exit?`,
		"commands:\n- exit: 1\n":              "a.yaml:2: a command that runs nothing",
		"commands:\n- ' '\n":                  "a.yaml:2: a command that runs nothing",
		"commands:\n- run: a\n  exit: 256\n":  `a.yaml:3: exit is "256"; write a number`,
		"commands:\n- run: a\n  output: ''\n": "a.yaml:3: output is empty",
		"commands:\n- \"a\\0b\"\n":            "a.yaml:2: a character NUL",
		"commands:\n- " + strings.Repeat("x", 2001) + "\n":                      "a.yaml:2: longer than 2000 characters",
		"commands:\n" + strings.Repeat("- a\n", 101):                            "a.yaml:102: more than 100 commands and imports",
		"commands:\n" + strings.Repeat("- "+strings.Repeat("x", 1999)+"\n", 11): "a.yaml:12: all commands together are longer than 20000 characters",
		"imports: [a-b]\n":        `a.yaml:1: "a-b" is no Python module`,
		"imports: [a b]\n":        `a.yaml:1: "a b": "b" is no bound`,
		"imports: [a >= x]\n":     `a.yaml:1: "a >= x": ">= x" is no bound`,
		"imports: ['a >= 1,']\n":  `a.yaml:1: "a >= 1,": "" is no bound`,
		"time: 5\nuser: a\n":      `a.yaml:1: time is "5"; write how long`,
		"time: 2h\nuser: a\n":     `a.yaml:1: time is "2h"`,
		"memory: 1MB\nuser: a\n":  `a.yaml:1: memory is "1MB"`,
		"memory: lots\nuser: a\n": `a.yaml:1: memory is "lots"`,
		"a: b\n\tc: d\n":          "a.yaml:2: ",
	} {
		if _, err := Parse("a.yaml", []byte(content)); err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%.40q: got %v, want %q", content, err, want)
		}
	}
}

// Whatever stands in the file: it is read, or it is bad input in one line that does nothing to a terminal. What is read makes a script that an
// engine can be given.
func FuzzParse(f *testing.F) {
	f.Add([]byte("user: a\nhome: /b\njupyterhub-singleuser: chart\ncommands:\n- a\n- run: b\n  exit: 1\n  output: c\nimports: ['a >= 1']\n"))
	f.Add([]byte("commands: [{run: \"\\e[1m\"}]\n"))
	f.Add([]byte("imports: [a.b !=1.*, 'c === 1']\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := Parse("a.yaml", content)
		if err != nil {
			if exit.Code(err) != exit.BadInput || strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
				t.Errorf("%q: exit %d: %q", content, exit.Code(err), err)
			}
			return
		}
		const mostOfLinux = 128 << 10
		asked := got.Ask("n", []string{"5.2"})
		if asked.Script == "" || len(asked.Script) > mostOfLinux || strings.ContainsRune(asked.Script, 0) {
			t.Errorf("%q: a script of %d bytes", content, len(asked.Script))
		}
		for _, mismatch := range asked.Judge(asked.Listen(plain), "") {
			if mismatch.Line < 1 {
				t.Errorf("%q: %+v", content, mismatch)
			}
		}
	})
}
