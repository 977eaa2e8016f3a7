package manifest

import (
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// Change is one object that differs.
type Change struct {
	Object string // as Object.String says it
	Action string // "new", "changed" or "gone"
	Diff   string // unified, without secret values
}

// Diff compares two sets of objects, hooks among them. Of a Secret it shows which keys differ and no value.
func Diff(before, after []Object) []Change {
	was, is := index(before), index(after)
	var changes []Change
	for _, at := range places(was, is) {
		a, hadIt := was[at]
		b, hasIt := is[at]
		change := Change{Object: b.String(), Action: "changed"}
		switch {
		case !hadIt:
			change.Action = "new"
		case !hasIt:
			change.Object, change.Action = a.String(), "gone"
		case a.text() == b.text():
			continue
		}
		change.Diff = difference(a, b)
		changes = append(changes, change)
	}
	return changes
}

// difference is the unified diff of two objects, one of which can be missing.
func difference(a, b Object) string {
	maskPair(a, b)
	texts := [2]string{}
	for i, o := range []Object{a, b} {
		if o.node != nil {
			texts[i] = o.text()
		}
	}
	_, lines, _ := strings.Cut(string(diff.Diff("before", []byte(texts[0]), "after", []byte(texts[1]))), "+++ after\n")
	return strings.TrimRight(lines, "\n")
}

// maskPair replaces the values of Secrets: those that differ by two words that differ.
func maskPair(a, b Object) {
	if a.Kind != "Secret" && b.Kind != "Secret" {
		return
	}
	for _, section := range []string{"data", "stringData"} {
		was, is := yamlnode.At(a.node, section), yamlnode.At(b.node, section)
		before := valuesOf(was)
		mask(was, func(_, _ string) string { return "•••" })
		mask(is, func(key, value string) string {
			if old, known := before[key]; known && old != value {
				return "••• (another value)"
			}
			return "•••"
		})
	}
	for _, o := range []Object{a, b} { // kubectl's copy of the whole object
		if note := yamlnode.At(o.node, "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"); note != nil {
			note.Value = "•••"
		}
	}
}

func valuesOf(mapping *yaml.Node) map[string]string {
	values := map[string]string{}
	for i := 0; mapping != nil && mapping.Kind == yaml.MappingNode && i+1 < len(mapping.Content); i += 2 {
		values[mapping.Content[i].Value] = mapping.Content[i+1].Value
	}
	return values
}

func mask(mapping *yaml.Node, with func(key, value string) string) {
	for i := 0; mapping != nil && mapping.Kind == yaml.MappingNode && i+1 < len(mapping.Content); i += 2 {
		value := mapping.Content[i+1]
		*value = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: with(mapping.Content[i].Value, value.Value)}
	}
}
