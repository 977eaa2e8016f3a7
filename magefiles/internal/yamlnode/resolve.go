// Package yamlnode finds values in YAML, and resolves what stands for others: aliases (*a) and merges (<<: *a), behind which a
// value would be passed over. A tree of nodes goes in and comes out; it does no I/O. Packages yamldoc and kube/manifest, the two
// that parse YAML, resolve all that they read.
package yamlnode

import (
	"encoding/base64"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// most is how many values aliases may stand for: a file of a few lines can mean thousands of millions.
const most = 100_000

// Error is what is wrong with an alias or a merge.
type Error struct {
	Line int
	Text string
}

// Error is written as the errors of the YAML parser are.
func (e *Error) Error() string { return fmt.Sprintf("yaml: line %d: %s", e.Line, e.Text) }

// Resolve returns the tree without aliases, anchors, merges and values in !!binary. It is the tree itself if there is none of them.
//
// Merges work as helm and kubectl have them (sigs.k8s.io/yaml), and not as the specification does: of a key and a merge the later
// one counts; of the mappings in a list the first. A key that programs read in different ways is an error: one in !!binary, and "<<" in
// quotes above a mapping, which is a merge for helm where a "!" stands before it.
func Resolve(top *yaml.Node) (*yaml.Node, error) {
	if !stands(top) {
		return top, nil
	}
	r := resolver{open: map[*yaml.Node]bool{}}
	return r.node(top)
}

// stands reports whether anything in the tree stands for something else.
func stands(node *yaml.Node) bool {
	if node.Kind == yaml.AliasNode || isBinary(node) {
		return true
	}
	for i, child := range node.Content {
		isKey := node.Kind == yaml.MappingNode && i%2 == 0
		if isKey && (isMerge(child) || child.Value == merge && node.Content[i+1].Kind != yaml.ScalarNode) || stands(child) {
			return true
		}
	}
	return false
}

// merge is the key of a merge.
const merge = "<<"

// isMerge reports whether a key is a merge: "<<" in quotes is a key like any other.
func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == merge && key.ShortTag() == "!!merge"
}

// isBinary reports whether a value is written in base64.
func isBinary(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!binary"
}

type resolver struct {
	open  map[*yaml.Node]bool // anchors that are being resolved
	depth int                 // of aliases
	made  int                 // values that aliases stand for
}

func (r *resolver) node(node *yaml.Node) (*yaml.Node, error) {
	if r.depth > 0 {
		if r.made++; r.made > most {
			return nil, &Error{node.Line, fmt.Sprintf("aliases make more than %d values of the file", most)}
		}
	}
	switch node.Kind {
	case yaml.AliasNode:
		return r.alias(node)
	case yaml.MappingNode:
		return r.mapping(node)
	case yaml.DocumentNode, yaml.SequenceNode, yaml.ScalarNode:
	}
	copied := *node
	copied.Anchor, copied.Content = "", nil
	if isBinary(node) {
		value, err := base64.StdEncoding.DecodeString(node.Value)
		if err != nil {
			return nil, &Error{node.Line, "a value in !!binary is no base64"}
		}
		copied.Tag, copied.Style, copied.Value = "!!str", yaml.DoubleQuotedStyle, string(value)
	}
	for _, child := range node.Content {
		resolved, err := r.node(child)
		if err != nil {
			return nil, err
		}
		copied.Content = append(copied.Content, resolved)
	}
	return &copied, nil
}

// alias returns a copy of what the anchor has, at the line of the alias.
func (r *resolver) alias(node *yaml.Node) (*yaml.Node, error) {
	if node.Alias == nil || r.open[node.Alias] {
		return nil, &Error{node.Line, fmt.Sprintf("anchor %q contains itself", node.Value)}
	}
	r.open[node.Alias] = true
	r.depth++
	resolved, err := r.node(node.Alias)
	r.depth--
	delete(r.open, node.Alias)
	if err != nil {
		return nil, err
	}
	resolved.Line, resolved.Column = node.Line, node.Column
	return resolved, nil
}

func (r *resolver) mapping(node *yaml.Node) (*yaml.Node, error) {
	into := &merged{node: *node, at: map[string]int{}}
	into.node.Anchor, into.node.Content = "", nil
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		resolved, err := r.node(value)
		if err != nil {
			return nil, err
		}
		if isMerge(key) {
			if err := into.merge(key, resolved); err != nil {
				return nil, err
			}
			continue
		}
		if key, err = r.key(key, resolved); err != nil {
			return nil, err
		}
		into.set(key, resolved)
	}
	return &into.node, nil
}

// key resolves the key of a value.
func (r *resolver) key(key, value *yaml.Node) (*yaml.Node, error) {
	if isBinary(key) || key.Kind == yaml.AliasNode && key.Alias != nil && isBinary(key.Alias) {
		return nil, &Error{key.Line, "a key is written in !!binary"}
	}
	resolved, err := r.node(key)
	if err == nil && resolved.Value == merge && value.Kind != yaml.ScalarNode {
		return nil, &Error{key.Line, "a key << that is in quotes, or an alias, and no merge"}
	}
	return resolved, err
}

// merged is a mapping that is put together.
type merged struct {
	node yaml.Node
	at   map[string]int // place of the value of each key
}

func (m *merged) set(key, value *yaml.Node) {
	at, there := m.at[key.Value]
	switch {
	case key.Kind != yaml.ScalarNode:
		m.node.Content = append(m.node.Content, key, value)
	case there:
		m.node.Content[at] = value
	default:
		m.at[key.Value] = len(m.node.Content) + 1
		m.node.Content = append(m.node.Content, key, value)
	}
}

func (m *merged) merge(key, value *yaml.Node) error {
	from := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		from = value.Content
	}
	for _, mapping := range slices.Backward(from) {
		if mapping.Kind != yaml.MappingNode {
			return &Error{key.Line, "<< takes a mapping, or a list of them"}
		}
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			m.set(mapping.Content[i], mapping.Content[i+1])
		}
	}
	return nil
}
