package newhub

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// scalar is one value of a YAML file, with its place. Keys are none.
type scalar struct {
	path string // of keys: jupyterhub.hub.baseUrl; items of a list have that of the list
	node *yaml.Node
}

// key is the last part of the path.
func (s scalar) key() string { return s.path[strings.LastIndexByte(s.path, '.')+1:] }

// scalarsOf lists the values of a document in their order; nil for what is no YAML. An alias is the value that it stands for, listed once.
func scalarsOf(content []byte) (all []scalar) {
	var document yaml.Node
	if yaml.Unmarshal(content, &document) != nil {
		return nil
	}
	var walk func(node *yaml.Node, path string)
	walk = func(node *yaml.Node, path string) {
		switch node.Kind {
		case yaml.DocumentNode, yaml.SequenceNode:
			for _, item := range node.Content {
				walk(item, path)
			}
		case yaml.MappingNode:
			for i := 0; i+1 < len(node.Content); i += 2 {
				walk(node.Content[i+1], strings.TrimPrefix(path+"."+node.Content[i].Value, "."))
			}
		case yaml.ScalarNode:
			all = append(all, scalar{path, node})
		case yaml.AliasNode:
		}
	}
	walk(&document, "")
	return all
}

// edited returns a YAML file with other values, its comments and its form as they were. change returns the new value of a scalar. What is written
// in another way than it reads, with escapes or over several lines, stays as it is.
func edited(content []byte, change func(scalar) string) []byte {
	lines := strings.Split(string(content), "\n")
	for _, one := range slices.Backward(scalarsOf(content)) { // so that what comes before keeps its place
		value := change(one)
		if value == one.node.Value {
			continue
		}
		line := []rune(lines[one.node.Line-1])
		at := one.node.Column - 1
		if one.node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			at++
		}
		end := at + len([]rune(one.node.Value))
		if at < 0 || end > len(line) || string(line[at:end]) != one.node.Value {
			continue
		}
		lines[one.node.Line-1] = string(line[:at]) + value + string(line[end:])
	}
	return []byte(strings.Join(lines, "\n"))
}

// isNamePart reports whether a character can be a part of a longer name.
func isNamePart(c byte) bool {
	return c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// words returns the places where a text has a word that is no part of a longer name.
func words(text, word string) (places []int) {
	for from := 0; word != ""; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			break
		}
		at += from
		end := at + len(word)
		if (at == 0 || !isNamePart(text[at-1])) && (end == len(text) || !isNamePart(text[end])) {
			places = append(places, at)
		}
		from = end
	}
	return places
}

// replaced returns a text with another word in each place that has the word.
func replaced(text, word, by string) string {
	for _, at := range slices.Backward(words(text, word)) {
		text = text[:at] + by + text[at+len(word):]
	}
	return text
}
