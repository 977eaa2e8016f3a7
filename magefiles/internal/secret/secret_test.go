package secret

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestEveryValueIsSecret(t *testing.T) {
	got, err := Values("a.yaml", []byte("hub:\n  token: &t abc123\n  list: [x, {deep: y}, true, null]\n  again: *t\n  pin: 123456\n"))
	if err != nil || !slices.Equal(got, []string{"abc123", "x", "y", "123456"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFilesThatAreNoValues(t *testing.T) {
	for content, want := range map[string]string{
		"- a\n":                            "a.yaml:1: expected Helm values",
		"a: 1\nb: 2\na: 3\n":               `a.yaml:3: key "a" stands twice`,
		"a: {b: 1, b: 2}\n":                `a.yaml:1: key "b" stands twice`,
		"a: \x00\n":                        "a.yaml:",
		"a: \xff\n":                        "a.yaml:",
		"a: b\n---\nc: d\n":                "more than one YAML document",
		strings.Repeat("a", 6<<20):         "larger than 5 MiB",
		"a: " + strings.Repeat("[", 20000): "a.yaml:",
	} {
		if _, err := Values("a.yaml", []byte(content)); err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%.20q: got %v, want %q", content, err, want)
		}
	}
}

// A bomb of aliases grows nowhere: an alias is never followed.
func TestAliasesAreNotFollowed(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for name := byte('b'); name <= 'z'; name++ {
		alias := "*" + string(name-1)
		bomb += string(name) + ": &" + string(name) + " [" + strings.TrimSuffix(strings.Repeat(alias+", ", 10), ", ") + "]\n"
	}
	if values, err := Values("a.yaml", []byte(bomb)); err != nil || len(values) != 10 {
		t.Errorf("%d values, %v", len(values), err)
	}
}

func FuzzValues(f *testing.F) {
	f.Add([]byte("a: &a [*a, b]\n"))
	f.Add([]byte("sops: {mac: x}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		FormOf(content)
		if _, err := Values("a.yaml", content); err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%q: exit %d: %v", content, exit.Code(err), err)
		}
	})
}
