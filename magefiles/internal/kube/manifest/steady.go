package manifest

import (
	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// madeUp stands for what a chart makes up each time that it is rendered.
const madeUp = "(made up at each rendering)"

// Steady takes out of two sets of objects what differs each time: a chart makes up passwords, keys, and sums of them, where no cluster tells it
// those that are there. again are the objects of before, rendered once more. What is made up differs between these two, and becomes one text in
// before and after.
func Steady(before, again, after []Object) {
	once, twice, next := index(before), index(again), index(after)
	for at, object := range once {
		if other, there := twice[at]; there {
			steady(object.node, other.node, next[at].node)
		}
	}
}

// steady compares a node with what it is in the second rendering; after is what it is in the other set, nil if it is not there.
func steady(before, again, after *yaml.Node) {
	if before == nil || again == nil || before.Kind != again.Kind {
		return
	}
	switch before.Kind { //nolint:exhaustive // aliases are resolved
	case yaml.ScalarNode:
		if before.Value == again.Value {
			return
		}
		for _, node := range []*yaml.Node{before, after} {
			if node != nil && node.Kind == yaml.ScalarNode {
				*node = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: madeUp}
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(before.Content); i += 2 {
			key := before.Content[i].Value
			steady(before.Content[i+1], yamlnode.At(again, key), yamlnode.At(after, key))
		}
	case yaml.SequenceNode:
		for i := range min(len(before.Content), len(again.Content)) {
			var other *yaml.Node
			if after != nil && after.Kind == yaml.SequenceNode && i < len(after.Content) {
				other = after.Content[i]
			}
			steady(before.Content[i], again.Content[i], other)
		}
	}
}
