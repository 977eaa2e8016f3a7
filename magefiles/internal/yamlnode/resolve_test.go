package yamlnode

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func parse(t *testing.T, text string) *yaml.Node {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return document.Content[0]
}

const anchors = "d: &d {host: d, only: d}\ne: &e {host: e, deep: {a: 1}}\nh: &h x\nl: &l [x, *h]\n"

// What helm 4.3 makes of each spelling (helm template of a chart with these values).
func TestSpellings(t *testing.T) {
	for spelling, want := range map[string]string{
		"{host: own}":                      `{"host":"own"}`,
		"*d":                               `{"host":"d","only":"d"}`,
		"{<<: *d}":                         `{"host":"d","only":"d"}`,
		"{<<: *d, host: own}":              `{"host":"own","only":"d"}`,
		"{host: own, <<: *d}":              `{"host":"d","only":"d"}`,
		"{<<: [*d, *e]}":                   `{"deep":{"a":1},"host":"d","only":"d"}`,
		"{<<: [*d, {only: i}]}":            `{"host":"d","only":"d"}`,
		"{<<: {host: i}}":                  `{"host":"i"}`,
		"{deep: {b: 2}, <<: *e}":           `{"deep":{"a":1},"host":"e"}`,
		`{"<<": x}`:                        `{"<<":"x"}`,
		"{host: !!binary b3du}":            `{"host":"own"}`,
		"{host: !!binary MTIz}":            `{"host":"123"}`,
		"{<<: {host: !!binary b3du}}":      `{"host":"own"}`,
		"{host: !!str own}":                `{"host":"own"}`,
		"{!!merge <<: *d}":                 `{"host":"d","only":"d"}`,
		"{host: *h}":                       `{"host":"x"}`,
		"{*h : y}":                         `{"x":"y"}`,
		"{hosts: *l}":                      `{"hosts":["x","x"]}`,
		"{hosts: [*h, y, {a: *d}]}":        `{"hosts":["x","y",{"a":{"host":"d","only":"d"}}]}`,
		"{a: &new {b: *h}, c: {<<: *new}}": `{"a":{"b":"x"},"c":{"b":"x"}}`,
	} {
		top, err := Resolve(parse(t, anchors+"case: "+spelling+"\n"))
		if err != nil {
			t.Errorf("%s: %v", spelling, err)
			continue
		}
		var got, expected any
		if err := At(top, "case").Decode(&got); err != nil {
			t.Errorf("%s: %v", spelling, err)
		}
		if err := yaml.Unmarshal([]byte(want), &expected); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, expected) || stands(top) {
			t.Errorf("%s: got %v, want %v", spelling, got, expected)
		}
	}
}

func TestLines(t *testing.T) {
	top, err := Resolve(parse(t, "d: &d\n  host: x\na:\n  <<: *d\nb: *d\nh: &h y\nc: *h\n"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"a host": 2, "b": 5, "b host": 2, "c": 7} { // a value that is merged is where it stands
		if got := At(top, strings.Fields(path)...).Line; got != want {
			t.Errorf("%s: line %d, want %d", path, got, want)
		}
	}
}

func TestWhatCannotBeResolved(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n")
	for name := byte('b'); name <= 'z'; name++ {
		alias := "*" + string(name-1)
		fmt.Fprintf(&bomb, "%c: &%c [%s%s]\n", name, name, strings.Repeat(alias+", ", 9), alias)
	}
	for text, want := range map[string]string{
		"a: &a [*a]\n":         `line 1: anchor "a" contains itself`,
		"a: &a {b: *a}\n":      `line 1: anchor "a" contains itself`,
		"a: 1\nb: &b {<<: *b}": `line 2: anchor "b" contains itself`,
		"a: &a 1\nb: {<<: *a}": "line 2: << takes a mapping, or a list of them",
		"b: {<<: [x]}":         "line 1: << takes a mapping, or a list of them",

		// helm reads "own" in the first three, and a merge in the others: of "! \"<<\"" the parser does not tell.
		"{!!binary aG9zdA==: own}":                        "line 1: a key is written in !!binary",
		"{host: x, !!binary aG9zdA==: own}":               "line 1: a key is written in !!binary",
		"{a: &a !!binary aG9zdA==, b: {*a : own}}":        "line 1: a key is written in !!binary",
		"{a: &a {host: own}, b: {host: x, ! \"<<\": *a}}": "line 1: a key << that is in quotes",
		"{host: x, ! '<<': {host: own}}":                  "line 1: a key << that is in quotes",
		"{host: x, ! '<<': [{host: own}]}":                "line 1: a key << that is in quotes",
		"{a: &a <<, b: {host: x, *a : {host: own}}}":      "line 1: a key << that is in quotes, or an alias",
		"{host: !!binary '*'}":                            "line 1: a value in !!binary is no base64",
		bomb.String():                                     "aliases make more than 100000 values of the file",
	} {
		_, err := Resolve(parse(t, text))
		if own := (*Error)(nil); !errors.As(err, &own) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got %v, want %q", text, err, want)
		}
	}
}

// What is resolved holds nothing that stands for something else, and a tree without such a thing stays what it is.
func FuzzResolve(f *testing.F) {
	f.Add(anchors + "a: {<<: [*d, *e], b: *h}\n")
	f.Add("a: &a {<<: *a}\n")
	f.Add("? &k {a: b}\n: *k\n")
	f.Fuzz(func(t *testing.T, text string) {
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) != nil || len(document.Content) == 0 {
			return
		}
		top, err := Resolve(document.Content[0])
		if err != nil {
			return
		}
		if stands(top) {
			t.Errorf("%q: something stands for something else", text)
		}
		if !stands(document.Content[0]) && top != document.Content[0] {
			t.Errorf("%q was copied", text)
		}
	})
}
