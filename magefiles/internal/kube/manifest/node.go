package manifest

import (
	"encoding/json"
	"slices"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// deepest is how deep an object may nest: the time to write it again grows with the square of the depth.
const deepest = 500

func deeper(node *yaml.Node, than int) bool {
	return than < 0 || slices.ContainsFunc(node.Content, func(inner *yaml.Node) bool { return deeper(inner, than-1) })
}

func valueAt(node *yaml.Node, keys ...string) string {
	if found := yamlnode.At(node, keys...); found != nil {
		return found.Value
	}
	return ""
}

// textAt is valueAt for what is text; "" for a null, a number or another value.
func textAt(node *yaml.Node, keys ...string) string {
	if found := yamlnode.At(node, keys...); found != nil && found.ShortTag() == "!!str" {
		return found.Value
	}
	return ""
}

// set writes a value below a mapping's keys, and makes the mappings that are missing.
func set(node *yaml.Node, value string, keys ...string) {
	for i, key := range keys {
		next := yamlnode.At(node, key)
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

// sorted is a node as YAML, in one order of keys and without comments.
func sorted(node *yaml.Node) (string, error) {
	var content any
	if err := node.Decode(&content); err != nil {
		return "", err
	}
	out, err := yaml.Marshal(content) // which sorts the keys
	return string(out), err
}

// Decode fills out from the object, as package yaml does it.
func (o Object) Decode(out any) error { return o.node.Decode(out) }

// JSON is the object as JSON; version becomes its resourceVersion unless it is "". What JSON cannot hold is nil.
func (o Object) JSON(version string) []byte {
	var content map[string]any
	if err := yaml.Unmarshal([]byte(o.YAML), &content); err != nil {
		return nil
	}
	if metadata, is := content["metadata"].(map[string]any); is && version != "" {
		metadata["resourceVersion"] = version
	}
	text, err := json.Marshal(content)
	if err != nil {
		return nil
	}
	return text
}
