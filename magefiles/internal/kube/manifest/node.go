package manifest

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// deepest is how deep an object may nest: the time to write it again grows with the square of the depth.
const deepest = 500

func deeper(node *yaml.Node, than int) bool {
	return than < 0 || slices.ContainsFunc(node.Content, func(inner *yaml.Node) bool { return deeper(inner, than-1) })
}

// aliased reports whether the node refers to another by an alias.
func aliased(node *yaml.Node) bool {
	return node.Kind == yaml.AliasNode || slices.ContainsFunc(node.Content, aliased)
}

// at returns the node below a mapping's keys, nil if there is none.
func at(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var next *yaml.Node
		for i := 0; node != nil && node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				next = node.Content[i+1]
			}
		}
		node = next
	}
	return node
}

func valueAt(node *yaml.Node, keys ...string) string {
	if found := at(node, keys...); found != nil {
		return found.Value
	}
	return ""
}

// set writes a value below a mapping's keys, and makes the mappings that are missing.
func set(node *yaml.Node, value string, keys ...string) {
	for i, key := range keys {
		next := at(node, key)
		if next == nil {
			next = &yaml.Node{Kind: yaml.MappingNode}
			node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, next)
		}
		if i == len(keys)-1 || next.Kind != yaml.MappingNode { // a null where a mapping could be
			*next = yaml.Node{Kind: yaml.MappingNode}
		}
		node = next
	}
	*node = yaml.Node{Kind: yaml.ScalarNode, Value: value}
}

// text is the object as YAML, in one order of keys and without comments.
func (o Object) text() string {
	text, err := sorted(o.node)
	if err != nil {
		return err.Error()
	}
	return text
}

// sorted is a node as YAML, in one order of keys, without comments, anchors and aliases.
func sorted(node *yaml.Node) (string, error) {
	var content any
	if err := node.Decode(&content); err != nil {
		return "", err
	}
	out, err := yaml.Marshal(content) // which sorts the keys
	return string(out), err
}

// resolved is a node without anchors and aliases.
func resolved(node *yaml.Node) (*yaml.Node, error) {
	text, err := sorted(node)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	return document.Content[0], nil
}

// plain is the object without anchors and aliases, behind which a value could hide. One that cannot be resolved is empty.
func plain(o Object) *yaml.Node {
	node, err := resolved(o.node)
	if err != nil {
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	return node
}
