package dockerfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// cases are Dockerfiles, each with the lines and names of its instructions and the image that it is built on.
var cases = []struct {
	what, file string
	want       string // "1 FROM, 2 RUN"
	base       string
	refused    bool // by BuildKit
}{
	{what: "plain", file: "FROM a:1\nRUN x\n", want: "1 FROM, 2 RUN", base: "a:1"},
	{what: "lower case", file: "from a:1\nrun echo FROM b:2\n", want: "1 FROM, 2 RUN", base: "a:1"},
	{what: "nothing", file: "", refused: true},
	{what: "comments alone", file: "# a\n\n  # b\n", refused: true},
	{what: "FROM alone", file: "FROM\n", want: "1 FROM"},
	{what: "scratch", file: "FROM scratch\n", want: "1 FROM"},
	{what: "CRLF and BOM", file: "\ufeffFROM a:1\r\nRUN x \\\r\n  y\r\nUSER z\r\n", want: "1 FROM, 2 RUN, 4 USER", base: "a:1"},
	{what: "syntax", file: "# syntax=docker/dockerfile:1\nFROM a:1", want: "2 FROM", base: "a:1"},

	{what: "continued, with comments and empty lines", file: "FROM a:1\nRUN x && \\\n  # FROM b\n\n  y \\\n  z\nUSER q\n", want: "1 FROM, 2 RUN, 7 USER", base: "a:1"},
	{what: "continued within a word", file: "FROM a\\\n:1\n", want: "1 FROM", base: "a:1"},
	{what: "two backslashes continue nothing", file: "FROM a:1\nRUN x \\\\\nUSER y\n", want: "1 FROM, 2 RUN, 3 USER", base: "a:1"},
	{what: "blanks behind what continues", file: "FROM a:1\nRUN x \\ \t\n  y\n", want: "1 FROM, 2 RUN", base: "a:1"},
	{what: "a comment continues nothing", file: "FROM a:1\n# x \\\nUSER y\n", want: "1 FROM, 3 USER", base: "a:1"},
	{what: "continued by nothing", file: "FROM a:1 \\", want: "1 FROM", base: "a:1"},
	{what: "escape", file: "# escape=`\nFROM a:1\nRUN x `\n  y\\\nUSER z\n", want: "2 FROM, 3 RUN, 5 USER", base: "a:1"},
	{what: "escape behind a comment", file: "# x\n# escape=`\nFROM a:1\nRUN x `\nUSER z\n", want: "3 FROM, 4 RUN, 5 USER", base: "a:1"},
	{what: "escape behind syntax", file: "#syntax=x\n#Escape = `\nFROM a:1\nRUN x `\n z\n", want: "3 FROM, 4 RUN", base: "a:1"},

	{what: "here-document", file: "FROM a:1\nRUN <<EOF\nfrom os import path\nEOF\nUSER x\n", want: "1 FROM, 2 RUN EOF, 5 USER", base: "a:1"},
	{what: "several", file: "FROM a:1\nCOPY <<one <<-'two 2' /x/\nFROM b\none\n\tFROM c\n\ttwo 2\nUSER x\n", want: "1 FROM, 2 COPY one two 2, 7 USER", base: "a:1"},
	{what: "with a descriptor", file: "FROM a:1\nRUN 3<<E cat\nFROM b\nE\n", want: "1 FROM, 2 RUN E", base: "a:1"},
	{what: "tabs end it only behind <<-", file: "FROM a:1\nRUN <<end\n\tend\nRUN y\nend\nUSER x\n", want: "1 FROM, 2 RUN end, 6 USER", base: "a:1"},
	{what: "blanks behind its end", file: "FROM a:1\nRUN <<end\nend \nRUN y\nend\nUSER x\n", want: "1 FROM, 2 RUN end, 6 USER", base: "a:1"},
	{what: "on a continued line", file: "FROM a:1\nRUN x && \\\n  cat <<E\nFROM b\nE\nUSER x\n", want: "1 FROM, 2 RUN E, 6 USER", base: "a:1"},
	{what: "behind a flag", file: "FROM a:1\nRUN --mount=type=cache,target=/x <<E\nFROM b\nE\n", want: "1 FROM, 2 RUN E", base: "a:1"},
	{what: "in ONBUILD", file: "FROM a:1\nONBUILD RUN <<E\nFROM b\nE\n", want: "1 FROM, 2 ONBUILD E", base: "a:1"},
	{what: "of another instruction", file: "FROM a:1\nUSER <<E\nRUN x\n", want: "1 FROM, 2 USER, 3 RUN", base: "a:1"},
	{what: "in quotes", file: "FROM a:1\nRUN echo \"<<E\"\nUSER x\n", want: "1 FROM, 2 RUN, 3 USER", base: "a:1"},
	{what: "in a list", file: "FROM a:1\nRUN [\"<<E\"]\nUSER x\n", want: "1 FROM, 2 RUN, 3 USER", base: "a:1"},
	{what: "here-string", file: "FROM a:1\nRUN cat <<<E\nUSER x\n", want: "1 FROM, 2 RUN, 3 USER", base: "a:1"},
	{what: "arithmetic", file: "FROM a:1\nRUN echo $((1<<2))\nUSER x\n", want: "1 FROM, 2 RUN, 3 USER", base: "a:1"},
	{what: "without an end", file: "FROM a:1\nRUN <<E\nUSER x\n", want: "1 FROM, 2 RUN E", base: "a:1", refused: true},

	{what: "a stage", file: "FROM --platform=linux/amd64 a:1 AS Build\nFROM build\n", want: "1 FROM, 2 FROM", base: "a:1"},
	{what: "the last stage", file: "FROM a:1 as build\nFROM b:2\nCOPY --from=build / /\n", want: "1 FROM, 2 FROM, 3 COPY", base: "b:2"},
	{what: "a stage of itself", file: "FROM a AS a\nFROM a\n", want: "1 FROM, 2 FROM", base: "a"},
	{what: "default", file: "ARG TAG=1\nFROM a:$TAG\n", want: "1 ARG, 2 FROM", base: "a:1"},
	{what: "default of a default", file: "ARG A=1\nARG B=\"a:$A\"\nFROM ${B}\n", want: "1 ARG, 2 ARG, 3 FROM", base: "a:1"},
	{what: "several in an ARG", file: "ARG A=1 B='2'\nFROM a:$A$B\n", want: "1 ARG, 2 FROM", base: "a:12"},
	{what: "fallback", file: "FROM ${BASE:-a:1}\n", want: "1 FROM", base: "a:1"},
	{what: "fallback of an empty one", file: "ARG BASE=\nFROM ${BASE:-a:1}\n", want: "1 ARG, 2 FROM", base: "a:1"},
	{what: "empty is a value", file: "ARG BASE=\nFROM a${BASE-b}\n", want: "1 ARG, 2 FROM", base: "a"},
	{what: "only if set", file: "ARG SLIM=1\nFROM a:1${SLIM:+-slim}${OTHER:+x}\n", want: "1 ARG, 2 FROM", base: "a:1-slim"},
	{what: "no value", file: "ARG TAG\nFROM a:$TAG\n", want: "1 ARG, 2 FROM"},
	{what: "ARG of a stage", file: "FROM a:1\nARG B=b\nFROM $B\n", want: "1 FROM, 2 ARG, 3 FROM"},
	{what: "value of the build", file: "FROM a:$TARGETARCH\n", want: "1 FROM"},
	{what: "stage by a variable", file: "ARG S=build\nFROM a:1 AS build\nFROM $S\n", want: "1 ARG, 2 FROM, 3 FROM", base: "a:1"},
}

func TestInstructionsAndBase(t *testing.T) {
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			file := Parse([]byte(c.file))
			var got []string
			for _, i := range file.Instructions {
				got = append(got, strings.Join(append([]string{strconv.Itoa(i.Line), i.Name}, i.Documents...), " "))
			}
			if got := strings.Join(got, ", "); got != c.want {
				t.Errorf("%q: got %s, want %s", c.file, got, c.want)
			}
			if got := file.Base(nil); got != c.base {
				t.Errorf("%q is built on %q, want %q", c.file, got, c.base)
			}
		})
	}
}

func TestBuildArgumentsGoBeforeDefaults(t *testing.T) {
	file := Parse([]byte("ARG BASE=a\nARG TAG\nFROM $BASE:${TAG}${UNDECLARED}\n"))
	if got := file.Base([]string{"BASE=b", "TAG=2", "UNDECLARED=x"}); got != "" {
		t.Errorf("a variable that nothing declares: got %q", got)
	}
	file = Parse([]byte("ARG BASE=a\nARG TAG\nFROM $BASE:${TAG}\n"))
	if got := file.Base([]string{"BASE=b", "TAG=2"}); got != "b:2" {
		t.Errorf("got %q", got)
	}
}

func TestInstructionsThatAreMeant(t *testing.T) {
	for text, want := range map[string]string{
		"RUN <<EOF\nENV A=b\nEOF\nUSER x\n":                  "RUN USER",
		"RUN cat<<EOF >/x\nENV A=b\nEOF\nUSER x\n":           "RUN USER",
		"RUN x=\"$(cat <<'EOF'\nENV A=b\nEOF\n)\"\nUSER x\n": "RUN )\" USER",
		"ENTRYPOINT <<-EOF\nENV A=b\n\tEOF\nUSER x\n":        "ENTRYPOINT USER",
		"RUN echo $((1<<2))\nENV A=b\nUSER x\n":              "RUN ENV USER",
		"RUN cat<<EOF\nENV A=b\nUSER x\n":                    "RUN ENV USER",
	} {
		var got []string
		for _, i := range Parse([]byte(text)).Meant() {
			got = append(got, i.Name)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestVariablesThatAreDeclared(t *testing.T) {
	for text, want := range map[string][]string{
		"ARG A":                            {"A"},
		"ARG A=1 B='x y' C":                {"A", "B", "C"},
		"ENV A b c=d":                      {"A"},
		"ENV A=\"b C=d\" E=f\\ g H='i \\'": {"A", "E", "H"},
		"ENV A=b \\\n # x\n\n B=c":         {"A", "B"},
		"ENV":                              {},
		"LABEL A=b":                        nil,
	} {
		instructions := Parse([]byte(text)).Instructions
		if len(instructions) != 1 || !slices.Equal(instructions[0].Variables(), want) {
			t.Errorf("%q: %+v", text, instructions)
		}
	}
}

func TestTheFirstLineIsAsItStands(t *testing.T) {
	instructions := Parse([]byte("FROM a\n  RUN  x &&  \\\n y\n")).Instructions
	if len(instructions) != 2 || instructions[1].First != "RUN  x &&" || instructions[1].Args != "x &&   y" {
		t.Errorf("got %+v", instructions)
	}
}

func ExampleParse() {
	file := Parse([]byte("ARG TAG=1\nFROM base:$TAG\nRUN <<EOF\nfrom os import path\nEOF\n"))
	for _, i := range file.Instructions {
		fmt.Println(i.Line, i.Name, i.Args)
	}
	fmt.Println(file.Base(nil), file.Base([]string{"TAG=2"}))
	// Output:
	// 1 ARG TAG=1
	// 2 FROM base:$TAG
	// 3 RUN <<EOF
	// base:1 base:2
}

func FuzzParse(f *testing.F) {
	for _, c := range cases {
		f.Add(c.file)
	}
	for _, tail := range tails {
		f.Add("RUN x" + tail)
	}
	f.Fuzz(func(t *testing.T, content string) {
		file := Parse([]byte(content))
		last := 0
		for _, i := range file.Instructions {
			if i.Line <= last || i.Line > strings.Count(content, "\n")+1 || i.Name == "" || strings.ContainsAny(i.Name, " \t\n") {
				t.Fatalf("%q: %+v after line %d", content, i, last)
			}
			last = i.Line
			i.Variables()
		}
		if base := file.Base(nil); strings.ContainsAny(base, "\n") {
			t.Errorf("%q: %q", content, base)
		}
	})
}
