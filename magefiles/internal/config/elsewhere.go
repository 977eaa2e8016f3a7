package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamldoc"
)

// WithImages returns a copy of the settings with those of images as another hubops.yaml has them, without what the
// environment says of them: what another branch builds. Keys that are not known here are passed over, that branch may be
// ahead. name stands in errors.
func (c *Config) WithImages(name string, content []byte) (*Config, error) {
	top, err := yamldoc.Parse(name, content)
	if err != nil {
		return nil, err
	}
	other := *c
	for _, s := range Settings {
		if !strings.HasPrefix(s.Key, "image.") {
			continue
		}
		if err := setText(s.field(&other), s.Default); err != nil {
			return nil, err
		}
		if node := find(top, strings.Split(s.Key, ".")); node != nil {
			if err := setNode(s.field(&other), node); err != nil {
				return nil, yamldoc.At(name, node, "%s: %v", s.Key, err)
			}
		}
	}
	return &other, nil
}

// find returns the value at a path of keys, nil if there is none.
func find(node *yaml.Node, path []string) *yaml.Node {
	if len(path) == 0 || node == nil {
		return node
	}
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == path[0] {
			return find(node.Content[i+1], path[1:])
		}
	}
	return nil
}
