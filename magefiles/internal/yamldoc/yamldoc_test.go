package yamldoc

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// bomb is a file of nine lines that would be ten thousand million values.
func bomb() string {
	var text strings.Builder
	text.WriteString("a: &a [" + strings.Repeat("x, ", 10) + "x]\n")
	for name := byte('b'); name <= 'j'; name++ {
		alias := "*" + string(name-1)
		fmt.Fprintf(&text, "%c: &%c [%s%s]\n", name, name, strings.Repeat(alias+", ", 9), alias)
	}
	return text.String()
}

func TestHostileFiles(t *testing.T) {
	for content, want := range map[string]string{
		"a: 1\nb: \x00\n":                    "a.yaml",
		"a: \xff\xfe\n":                      "a.yaml",
		"a: b\n\tc: d\n":                     "a.yaml:2: ",
		"a: {b}/c\n":                         "a.yaml:1: did not find expected key",
		"a: b\nc: [{d}/e]\nf: g\n":           "a.yaml:2: did not find expected ',' or ']'",
		"a: b\nc: [\n":                       "a.yaml:2: did not find expected node content",
		"a: b\nc: 'd\n":                      "a.yaml:2: found unexpected end of stream",
		"a: 1\nb:\n  c: 1\n  c: 2\n":         `a.yaml:4: key "c" stands twice`,
		"a: b\n---\na: c\n":                  "a.yaml: more than one YAML document",
		"a: *nobody\n":                       "a.yaml: yaml: unknown anchor",
		"a: " + strings.Repeat("x", 100<<20): "a.yaml: larger than 5 MiB",
		strings.Repeat("[", 100000):          "a.yaml",
		strings.Repeat("a: {", 100000):       "a.yaml",
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, "a.yaml"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(root, "a.yaml"); err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.30q: got %v, want %q", content, err, want)
		}
	}
}

// A bomb, and an anchor that holds itself, are refused with their line.
func TestBombsDoNotGoOff(t *testing.T) {
	for content, want := range map[string]string{
		bomb():                   "aliases make more than 100000 values of the file",
		"a: 1\nb: &a [*a]\n":     `a.yaml:2: anchor "a" contains itself`,
		"a: 1\nb: &a {b: *a}\n":  `a.yaml:2: anchor "a" contains itself`,
		"a: &a x\nb: {<<: *a}\n": "a.yaml:2: << takes a mapping, or a list of them",
	} {
		if _, err := Parse("a.yaml", []byte(content)); err == nil || exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: got %v", content, err)
		}
		if _, err := ParseSecret("a.yaml", []byte(content)); err == nil || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), `"a"`) {
			t.Errorf("%.30q as a secret: got %v", content, err)
		}
	}
}

func TestLinksOutAreNotFollowed(t *testing.T) {
	root := t.TempDir()
	for name, target := range map[string]string{"absolute": "/etc/hostname", "relative": "../../../../../etc/hostname", "device": "/dev/zero"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(root, name); err == nil || exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "escapes") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? {a: b}\n: [1, 2]\n"))
	f.Add([]byte("<<: {a: b}\nc: !!binary aGk=\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		top, err := Parse("a.yaml", content)
		if err == nil {
			err = Decode("a.yaml", top, &map[string]any{})
		}
		if err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%q: exit %d: %v", content, exit.Code(err), err)
		}
	})
}
