package valuepath

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamldoc"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"a.b.c":                          "a.b.c",
		"a.list[name=R].image":           "a.list",
		`l[x="R [new]"].image`:           "l",
		"l[display_name=R 4.3, new].a.b": "l",
		"a.l[x=1].m[y=2].image":          "a.l",
		"l[x=][y=a].i":                   "!behind a bracket comes a dot",
		"":                               "!a key is empty",
		"a..b":                           "!a key is empty",
		"a.":                             "!a key is empty",
		"a[x=1]":                         "!ends at an element",
		"a[x].b":                         "!a filter is like",
		"a[x=1.b":                        "!a bracket is left open",
		`a[x="1].b`:                      "!a bracket is left open",
		"a[x=1]b":                        "!behind a bracket comes a dot",
		"a[0].b":                         "!a filter is like",
		"[x=1].b":                        "!a key is empty",
		"a,b":                            "!is no key",
		`a\.b`:                           "!is no key",
		"a.b=c":                          "!is no key",
		"a]b":                            "!is no key",
		"singleuser.{image}":             "!is no key",
		"l[kubespawner.image=1].x":       "l",
	} {
		path, err := Parse(text)
		problem, wrong := strings.CutPrefix(want, "!")
		switch {
		case wrong && (err == nil || !strings.Contains(err.Error(), problem)):
			t.Errorf("%q: got %v, want %q", text, err, problem)
		case !wrong && (err != nil || path.Plain() != want || path.String() != text || path.InList() != strings.Contains(text, "[")):
			t.Errorf("%q: got %+v, %v", text, path, err)
		}
	}
}

func file(t *testing.T, name, content string) File {
	t.Helper()
	top, err := yamldoc.Parse(name, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return File{Name: name, Top: top, Secret: strings.HasPrefix(name, "secret")}
}

const profiles = `a:
  other: 1
  # of the course
  list:
    - name: R   # first
      on: yes
      since: 2020-01-01
      mode: 0777
      code: "0123"
      override: &o {image: old, mem: 1G}
    - name: Python
      override: *o
    - {name: Twice}
    - {name: Twice}
    - {name: Bare}
    - plain
`

func TestOneElementIsChangedAndNoOther(t *testing.T) {
	files := []File{file(t, "chart.yaml", "a: {list: [{name: R, old: true}]}\n"), file(t, "common.yaml", profiles), file(t, "own.yaml", "a: {other: 2}\n"), file(t, "secret.yaml", "b: x\n")}
	got, err := Lists(files, []Setting{setting("a.list[name=R].override.image", "r.org/x:t1@sha256:1"), setting("a.list[name=Python].override.image", "2"), setting("b.plain", "y")})
	if err != nil {
		t.Fatal(err)
	}
	// helm must read each text as it reads the original.
	want := `"a":
    "list":
        - name: R
          on: yes
          since: 2020-01-01
          mode: 0777
          code: "0123"
          override: {image: "r.org/x:t1@sha256:1", mem: 1G}
        - name: Python
          override: {image: "2", mem: 1G}
        - {name: Twice}
        - {name: Twice}
        - {name: Bare}
        - plain
`
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	if got, err := Lists(files, []Setting{setting("b.plain", "y")}); got != nil || err != nil {
		t.Errorf("without lists: %q, %v", got, err)
	}
}

func TestPathsThatNameNothing(t *testing.T) {
	common := file(t, "common.yaml", profiles)
	for name, test := range map[string]struct {
		files []File
		path  string
		want  string
	}{
		"no such element":      {nil, "a.list[name=Julia].override.image", "common.yaml:5: no element is [name=Julia], for a.list[name=Julia].override.image; there are [name=R], [name=Python], [name=Twice], [name=Twice], [name=Bare]"},
		"no such key":          {nil, "a.list[title=R].image", "no element is [title=R], for a.list[title=R].image; there is none"},
		"two":                  {nil, "a.list[name=Twice].image", "common.yaml:5: a.list[name=Twice].image fits 2 elements"},
		"no way":               {nil, "a.list[name=Bare].override.image", "common.yaml:15: there is no override here, on the way to a.list[name=Bare].override.image"},
		"a way that ends":      {nil, "a.list[name=R].code.image", "common.yaml:9: no keys and values are here"},
		"no list":              {nil, "a.other[name=R].image", "common.yaml:2: a.other is no list here"},
		"a list within":        {nil, "a.list[name=R].code[x=y].image", "common.yaml:9: no list is here"},
		"nowhere":              {nil, "a.profiles[name=R].image", "no file of values has the list a.profiles (common.yaml)"},
		"taken away":           {[]File{file(t, "own.yaml", "\na: null\n")}, "a.list[name=R].image", "own.yaml:2: a.list is no list here"},
		"the list, taken away": {[]File{file(t, "own.yaml", "a: {list: }\n")}, "a.list[name=R].image", "own.yaml:1: a.list is no list here"},
		"of a secret file":     {[]File{file(t, "secret.yaml", "a: {list: [{name: R, token: correct-horse}]}\n")}, "a.list[name=R].image", "secret.yaml has a.list, or takes it away: nothing can be set in a list of secret values"},
		"a secret file's null": {[]File{file(t, "secret.yaml", "a: null\n")}, "a.list[name=R].image", "secret.yaml has a.list, or takes it away"},
	} {
		_, err := Lists(append([]File{common}, test.files...), []Setting{setting(test.path, "x")})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "correct-horse") {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

func setting(path, value string) Setting {
	parsed, err := Parse(path)
	if err != nil {
		panic(err)
	}
	return Setting{parsed, value}
}

// Whatever is a path finds its element in a list that has just that, and the value is there afterwards.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"a.b[c=d].e", `a[b="c]"].d`, "a[b=c][d=e].f", "a.b", "a[", "a[b=\x00].c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path, err := Parse(text)
		if err != nil || !path.InList() || !utf8.ValidString(text) { // a file of YAML is UTF-8
			return
		}
		var node *yaml.Node
		for _, step := range slices.Backward(path.steps) {
			if node == nil {
				node = &yaml.Node{Kind: yaml.ScalarNode, Value: "old"}
			}
			if one := step.of; one != nil {
				if node.Content[0].Value == one.key {
					return
				}
				node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: one.key}, &yaml.Node{Kind: yaml.ScalarNode, Value: one.value})
				node = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{node}}
			}
			node = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: step.key}, node}}
		}
		if _, err := Lists([]File{{Name: "x", Top: node}}, []Setting{{path, "new"}}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
