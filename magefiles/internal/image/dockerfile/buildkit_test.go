package dockerfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// read is what is compared with BuildKit: see testdata/buildkit.
type read struct {
	Line      int
	Name      string
	Words     []string
	Documents []string
	Base      string
}

// ours reads a Dockerfile as testdata/buildkit does.
func ours(content string) []read {
	file := Parse([]byte(content))
	stages := file.Stages(nil)
	var all []read
	for _, i := range file.Instructions {
		next := read{Line: i.Line, Name: i.Name, Words: i.Variables(), Documents: i.Documents}
		if i.Name == "FROM" && i.Args != "" {
			next.Words = blanks.Split(i.Args, -1)
			if next.Base = stages[0].Base; !stages[0].Resolved && withPattern.MatchString(content) {
				next.Base = unknown
			}
			stages = stages[1:]
		}
		all = append(all, next)
	}
	return all
}

// A pattern in a variable is not expanded here, so that such a base is not known.
var withPattern = regexp.MustCompile(`\$\{\w+[#%/]`)

const unknown = "unknown"

func same(ours, theirs read) bool {
	if ours.Base == unknown {
		theirs.Base = unknown
	}
	return fmt.Sprint(ours) == fmt.Sprint(theirs)
}

// theirs asks BuildKit's parser, for all files at once.
func theirs(t *testing.T, files []string) [][]read {
	t.Helper()
	program, err := filepath.Abs("testdata/buildkit/main.go")
	if err != nil {
		t.Fatal(err)
	}
	input, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "go", "run", program)
	command.Dir, command.Stdin = t.TempDir(), bytes.NewReader(input)
	for kept, name := range map[string]string{"buildkit.mod": "go.mod", "buildkit.sum": "go.sum"} {
		content, err := os.ReadFile(filepath.Join("../../../tools", kept))
		if err == nil {
			err = os.WriteFile(filepath.Join(command.Dir, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	command.Env = append(command.Environ(), "GOWORK=off") // that module is not of the workspace
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var all [][]read
	if err := json.Unmarshal(output, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// What Dockerfiles are put together from, so that their oddities meet.
var (
	tops = []string{"# escape=`\n", "#Escape = `\n", "# syntax=docker/dockerfile:1\n", "#check=skip=all\n", "# a comment\n", "#\n", "\n", "\r\n", "  \n", "\ufeff"}

	heads = []string{
		"FROM a:1", "FROM --platform=$BUILDPLATFORM ${BASE:-a}:1 AS build", "from build", "FROM $A as B", "FROM ${A:+x}y", "FROM \"a\"b:${C-1}", "FROM --platform=\"x y\" a", "FROM -- a", "FROM",
		"ARG A", "ARG A=1 B='x y'", "ARG BASE=\"$A\"", "ARG C=${B:-$A}", "ARG", "ENV A b c", "ENV A=b C=\"d e\" F=g\\ h", "ENV K='a' ",
		"RUN ", "RUN ", "RUN ", "run ", "\tRUN\t", "COPY ", "ADD ", "ONBUILD RUN ", "ONBUILD ", "RUN --mount=type=cache,target=/x ", "RUN --x=\"a b\" -- ", "USER ", "RUN [\"a\", \"<<EOF\"] ", "RUN [\"a\", ", "CMD [\"x\"]", "HEALTHCHECK CMD x", "LABEL a=b", "WHATEVER x ", "# comment ",
	}

	tails = []string{
		"<<EOF", "<<EOF", "<<-EOF", "<<'E F'", "<<\"EOF\"", "3<<EOF", "<< EOF", "<<<EOF", "<<E\\'F", "<<$X", "<", "<<", " && cat <<B", " cat ", "> /x", " /dest", " ", "\t",
		"\\\n", "\\ \n", "\\\r\n", "`\n", "`", "\\\\\n", "\\", "\\\n# within\n", "\\\n\n  \n", "'", "\"", "it's", "echo $((1 << 2))", "${A:-b}", "${A:-<<EOF}", "${A:- <<EOF }", "${#A}", "${A", "${A#b c}", "${A%%b}", "${A//b/c}", "$", "$A", "${A+x y}", "é", "--x ", "-- ", "=",
	}

	bodies = []string{"from os import path\n", "FROM other\n", "EOF\n", "EOF\n", "EOF\r\n", "\tEOF\n", "E F\n", "B\n", "$X\n", "E'F\n", "EOF \n", "# x\n", "\n", "\\\n"}
)

// generate puts a Dockerfile together.
func generate(random *rand.Rand) string {
	var text strings.Builder
	some := func(most int, of []string) {
		for range random.IntN(most + 1) {
			text.WriteString(of[random.IntN(len(of))])
		}
	}
	some(2, tops)
	for range 1 + random.IntN(5) {
		text.WriteString(heads[random.IntN(len(heads))])
		some(4, tails)
		text.WriteString("\n")
		some(3, bodies)
		if random.IntN(2) == 0 {
			text.WriteString("EOF\nE F\nB\n$X\nE'F\nEOF\n") // what ends most of what was opened
		}
	}
	return text.String()
}

// TestBuildKitReadsTheSame compares the reader with BuildKit's own parser, over the table of this package and over files
// that are put together at random, by a seed that stays. A file that BuildKit refuses is left out.
func TestBuildKitReadsTheSame(t *testing.T) {
	var files []string
	for _, c := range cases {
		files = append(files, c.file)
	}
	random := rand.New(rand.NewPCG(13, 1))
	for range 20_000 {
		files = append(files, generate(random))
	}
	compared, documents, wrong := 0, 0, 0
	for n, want := range theirs(t, files) {
		if want == nil {
			if n < len(cases) && !cases[n].refused {
				t.Errorf("BuildKit refuses\n%s", files[n])
			}
			continue
		}
		compared++
		if slices.ContainsFunc(want, func(i read) bool { return i.Documents != nil }) {
			documents++
		}
		got := ours(files[n])
		if slices.EqualFunc(got, want, same) {
			continue
		}
		if wrong++; wrong <= 10 {
			t.Errorf("%q:\n  here     %+v\n  BuildKit %+v", files[n], got, want)
		}
	}
	t.Logf("%d files compared, %d with here-documents, %d differ", compared, documents, wrong)
	if compared < len(files)/4 || documents < len(files)/20 {
		t.Errorf("BuildKit took %d of %d files, and here-documents in %d: too few to compare", compared, len(files), documents)
	}
}
