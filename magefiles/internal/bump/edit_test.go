package bump

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestApply(t *testing.T) {
	const file = "a/Chart.yaml"
	for _, test := range []struct {
		content string
		edits   []Edit
		want    string // or the error
	}{
		{"a: 1.2.0 # why\r\nb: 1.2.0\n", []Edit{{Line: 1, Old: "1.2.0", New: "1.3.0"}}, "a: 1.3.0 # why\r\nb: 1.2.0\n"},
		{"a: [{v: 1.2.0}, {v: \"1.2.0\"}]", []Edit{{Line: 1, Column: 9, Old: "1.2.0", New: "1.10.0"}, {Line: 1, Column: 21, Old: "1.2.0", New: "1.3.0"}}, `a: [{v: 1.10.0}, {v: "1.3.0"}]`},
		{"# é: 1.2.0\né: '1.2.0'\n", []Edit{{Line: 2, Column: 4, Old: "1.2.0", New: "2"}}, "# é: 1.2.0\né: '2'\n"},
		{"FROM a-1.2:1.2\n", []Edit{{Line: 1, Old: "a-1.2:1.2", New: "a-1.2:1.3"}}, "FROM a-1.2:1.3\n"},
		{"a: 1.2.0, 1.2.0\n", []Edit{{Line: 1, Old: "1.2.0", New: "1"}}, `a/Chart.yaml:1: "1.2.0" stands there 2 times`},
		{"a: 1.2.0-1, v1.2.0, 1.2.01\n", []Edit{{Line: 1, Old: "1.2.0", New: "1"}}, `a/Chart.yaml:1: "1.2.0" does not stand there on one line; edit it by hand: 1`},
		{"a: x\n", []Edit{{Line: 3, Old: "x", New: "y"}}, "a/Chart.yaml:3: "},
		{"a: x\n", []Edit{{Line: 0, Old: "x", New: "y"}}, "a/Chart.yaml:0: "},
		{"a: x\n", []Edit{{Line: 1, Column: 9, Old: "x", New: "y"}}, "a/Chart.yaml:1: "},
		{"a: |\n  1.2.0 x\n", []Edit{{Line: 1, Column: 4, Old: "1.2.0 x", New: "y"}}, "a/Chart.yaml:1: "},
		{"a: x\n", []Edit{{Line: 1, Old: "", New: "y"}}, "a/Chart.yaml:1: "},
	} {
		for i := range test.edits {
			test.edits[i].File = file
		}
		got, err := Apply(file, []byte(test.content), []Change{{Edits: test.edits}, {Edits: test.edits}, {Edits: []Edit{{File: "b", Line: 1, Old: "a", New: "b"}}}})
		if err != nil && (!strings.HasPrefix(err.Error(), test.want) || exit.Code(err) != exit.BadInput) || err == nil && string(got) != test.want {
			t.Errorf("%q: %q, %v, want %q", test.content, got, err, test.want)
		}
	}
}

func TestWavesAndMessages(t *testing.T) {
	change := func(what, file string, wave int, hubs ...string) Change {
		return Change{What: what, From: "1.0", To: "1.1@sha256:" + strings.Repeat("0", 64), Edits: []Edit{{File: file, Line: 3}}, Hubs: hubs, Wave: wave, Notes: "https://example.org/notes"}
	}
	waves := Waves([]Change{change("chart b", "z", 2, "z"), change("chart a", "b", 1, "b"), change("base x/a", "a", 1, "a", "c")})
	if len(waves) != 2 || len(waves[0]) != 2 || waves[0][0].Edits[0].File != "a" || waves[1][0].What != "chart b" {
		t.Fatalf("%+v", waves)
	}
	want := `bump a 1.1@sha256:000000000000

base x/a: 1.0 becomes 1.1@sha256:000000000000, of a, c
chart a: 1.0 becomes 1.1@sha256:000000000000, of b

What is new: https://example.org/notes
`
	if got := Message(waves[0]); got != want {
		t.Errorf("%q", got)
	}
	many := []Change{}
	for name := range strings.FieldsSeq("first second third fourth fifth") {
		many = append(many, change("chart "+name, name, 1, name))
	}
	if subject, _, _ := strings.Cut(Message(many), "\n"); subject != "bump first 1.1@sha256:000000000000 and 4 more" {
		t.Errorf("%q", subject)
	}
	if files := Files(many); len(files) != 5 || files[0] != "fifth" {
		t.Errorf("%q", files)
	}
}

// A link is one that the chart names, or none.
func TestNotes(t *testing.T) {
	links := map[string]string{"artifacthub.io/links": "- {name: Documentation, url: https://a}\n- {name: Release notes, url: https://b/notes}\n"}
	for _, test := range []struct {
		annotations map[string]string
		sources     []string
		home        string
		want        string
	}{
		{links, []string{"https://c"}, "https://d", "https://b/notes"},
		{nil, []string{"git@c:d", "https://c"}, "https://d", "https://c"},
		{map[string]string{"artifacthub.io/links": "{"}, nil, "https://d", "https://d"},
		{nil, []string{"javascript:alert(1)", "https://c/\x1b[1m", "https://c/ d", "https://a:b@c"}, "", ""},
		{nil, nil, "https://d/" + strings.Repeat("x", 300), ""},
	} {
		if got := Notes(test.annotations, test.sources, test.home); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// The version is the end of a name: its host, its port and its path may have the same digits.
func TestABaseIsEditedWhereItsVersionStands(t *testing.T) {
	for from, want := range map[string]string{"localhost:5000/base:5": "localhost:5000/base:6", "org/cuda5:5": "org/cuda5:6"} {
		bases, _ := Bases("Dockerfile", []byte("FROM "+from+"\n"), nil, nil)
		if _, edit := bases[0].To("6", ""); edit.New != want {
			t.Errorf("%s becomes %s, want %s", from, edit.New, want)
		}
	}
}

func TestBases(t *testing.T) {
	digest := "sha256:" + strings.Repeat("a", 64)
	content := `ARG TAG=4.2
ARG WHOLE=quay.io/a/whole:2024-01-15
ARG MAJOR=3
ARG IMAGE_R
ARG GIVEN=1.0
FROM quay.io/a/b:1.2@` + digest + ` AS first
FROM quay.io/a/tag:$TAG
FROM ${WHOLE}
FROM python:${MAJOR}.12
FROM $IMAGE_R
FROM given:$GIVEN
FROM first
FROM scratch
FROM debian
FROM debian:latest
FROM localhost:5000/c
FROM --platform=$BUILDPLATFORM x:1.0
FROM y@` + digest + `
`
	bases, left := Bases("a/Dockerfile", []byte(content), []string{"GIVEN=2.0"}, []string{"IMAGE_R"})
	var got []string
	for _, base := range bases {
		version, edit := base.To("9.9", "sha256:new")
		got = append(got, base.Image+" "+version+" "+edit.New)
		if edit.Old == edit.New {
			t.Errorf("%+v is edited to itself", base)
		}
	}
	want := []string{"quay.io/a/b 9.9@sha256:new quay.io/a/b:9.9@sha256:new", "quay.io/a/tag 9.9 9.9", "quay.io/a/whole 9.9 9.9", "x 9.9 x:9.9"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, want %q", got, want)
	}
	for i, want := range []string{
		"a/Dockerfile:9: FROM python:${MAJOR}.12: its version is put together from several variables",
		"a/Dockerfile:11: FROM given:$GIVEN: a build argument says what that is",
		"a/Dockerfile:14: FROM debian: it has no tag",
		`a/Dockerfile:15: FROM debian:latest: "latest" is no version`,
		"a/Dockerfile:16: FROM localhost:5000/c: it has no tag",
		"a/Dockerfile:18: FROM y@" + digest + ": it has no tag",
	} {
		if i >= len(left) || !strings.HasPrefix(left[i], want) {
			t.Errorf("%d: %q, want %q", i, left, want)
		}
	}
}
