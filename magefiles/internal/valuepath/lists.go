package valuepath

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamlnode"
)

// File is a file of values, as helm is to read it.
type File struct {
	Name   string     // as errors quote it
	Top    *yaml.Node // its content, with aliases and merges resolved; nil if it is empty
	Secret bool
}

// Setting is a text that is to be set at a path.
type Setting struct {
	Path  Path
	Value string
}

// Lists returns the content of a file of values that has each list in which something is to be set, whole: helm merges no lists, so the
// last file that has one decides, and this one goes after all of them. files are in helm's order, later ones win. Nothing is returned if no
// path is within a list. Bad input is a path that names no element, or several, and a list of a secret file: what is in that is to be
// written nowhere else.
func Lists(files []File, settings []Setting) ([]byte, error) {
	top := &yaml.Node{Kind: yaml.MappingNode}
	for _, setting := range settings {
		if !setting.Path.InList() {
			continue
		}
		file, list, err := effective(files, setting.Path)
		if err != nil {
			return nil, err
		}
		own := yamlnode.At(top, setting.Path.keys()...)
		if own == nil {
			own = copyOf(list)
			put(top, setting.Path.keys(), own)
		}
		if err := set(file.Name, own, setting); err != nil {
			return nil, err
		}
	}
	if len(top.Content) == 0 {
		return nil, nil
	}
	return yaml.Marshal(top)
}

// effective finds the list that helm would take, and the file that has it.
func effective(files []File, path Path) (File, *yaml.Node, error) {
	keys := path.keys()
	for _, file := range slices.Backward(files) {
		node, whole := file.Top, true
		for _, key := range keys {
			if node == nil || node.Kind != yaml.MappingNode { // it takes the place of whatever other files have below it
				break
			}
			if node = yamlnode.At(node, key); node == nil {
				whole = false
				break
			}
		}
		switch {
		case node == nil || !whole:
			continue
		case file.Secret:
			return file, nil, exit.Input("%s has %s, or takes it away: nothing can be set in a list of secret values", file.Name, path.Plain()).
				Try("move the list to a file of values, and name what is secret in it in another way")
		case node.Kind != yaml.SequenceNode:
			return file, nil, exit.Input("%s:%d: %s is no list here, and %s names an element of one", file.Name, node.Line, path.Plain(), path)
		}
		return file, node, nil
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, file.Name)
	}
	return File{}, nil, exit.Input("%s: no file of values has the list %s (%s)", path, path.Plain(), strings.Join(names, ", ")).
		Try("write it to one of them: the chart's own defaults cannot be changed in parts")
}

// set changes the value in a list.
func set(file string, list *yaml.Node, setting Setting) error {
	steps := setting.Path.steps[len(setting.Path.keys())-1:]
	node, last := list, len(steps)-1
	for i, step := range steps {
		if i == last {
			put(node, []string{step.key}, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: setting.Value})
			return nil
		}
		if i > 0 {
			inner := yamlnode.At(node, step.key)
			if inner == nil {
				return exit.Input("%s:%d: there is no %s here, on the way to %s", file, node.Line, step.key, setting.Path).Try("write it, if only as {}, or mend the path in hubops.yaml")
			}
			node = inner
		}
		if step.of != nil {
			var err error
			if node, err = element(file, node, *step.of, setting.Path); err != nil {
				return err
			}
		}
		if node.Kind != yaml.MappingNode {
			return exit.Input("%s:%d: no keys and values are here, on the way to %s", file, node.Line, setting.Path)
		}
	}
	return nil
}

// element finds the one element of a list that a filter means.
func element(file string, list *yaml.Node, wanted filter, path Path) (*yaml.Node, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, exit.Input("%s:%d: no list is here, and %s looks for %s", file, list.Line, path, wanted)
	}
	var found, named []*yaml.Node
	for _, one := range list.Content {
		value := yamlnode.At(one, wanted.key)
		if value == nil || value.Kind != yaml.ScalarNode {
			continue
		}
		if named = append(named, value); value.Value == wanted.value {
			found = append(found, one)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	there := make([]string, 0, len(named))
	for _, value := range named {
		there = append(there, filter{wanted.key, value.Value}.String())
	}
	what := "there is none"
	if len(there) > 0 {
		what = "there are " + strings.Join(there, ", ")
	}
	if len(found) > 1 {
		return nil, exit.Input("%s:%d: %s fits %d elements: %s", file, list.Line, path, len(found), what).Try("give each a value of its own")
	}
	return nil, exit.Input("%s:%d: no element is %s, for %s", file, list.Line, wanted, path).Try("%s", what)
}

// put puts a value into mappings, which it makes where there is none.
func put(node *yaml.Node, keys []string, value *yaml.Node) {
	last := len(keys) - 1
	for i, key := range keys {
		at := placeOf(node, key)
		if i == last {
			node.Content[at] = value
		}
		node = node.Content[at]
	}
}

// placeOf is the index of the value that a mapping has under a key; it adds an empty mapping if there is none.
func placeOf(node *yaml.Node, key string) int {
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return i + 1
		}
	}
	node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: key}, &yaml.Node{Kind: yaml.MappingNode})
	return len(node.Content) - 1
}

// copyOf copies a node, without comments. Each text stays as it is written, for helm reads some in another way than this package's parser:
// yes is true there.
func copyOf(node *yaml.Node) *yaml.Node {
	made := &yaml.Node{Kind: node.Kind, Tag: node.Tag, Style: node.Style, Value: node.Value, Line: node.Line}
	for _, inner := range node.Content {
		made.Content = append(made.Content, copyOf(inner))
	}
	return made
}
