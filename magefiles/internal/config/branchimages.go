package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// WithImages returns a copy of the settings in which those of images come from another hubops.yaml and not from the environment:
// they are what another branch builds with. Unknown keys are ignored, because that branch may have a newer hub-ops. Errors quote
// name.
func (c *Config) WithImages(name string, content []byte) (*Config, error) {
	return c.with(Setting.ofImages, name, content)
}

// with returns a copy of the settings in which some come from another hubops.yaml.
func (c *Config) with(some func(Setting) bool, name string, content []byte) (*Config, error) {
	top, err := yamldoc.Parse(name, content)
	if err != nil {
		return nil, err
	}
	other := *c
	other.Hubs, other.fromVariables = nil, nil
	for _, s := range Settings {
		if !some(s) {
			continue
		}
		if err := setText(s.field(&other), s.Default); err != nil {
			return nil, err
		}
		if node := yamlnode.At(top, strings.Split(s.Key, ".")...); node != nil {
			if err := setNode(s.field(&other), node); err != nil {
				return nil, atNode(name, node, s.Key, err)
			}
		}
	}
	return &other, other.readSomeOfHubs(some, name, yamlnode.At(top, hubsKey))
}

// ofImages reports whether a setting says what images are built from, where they are kept, or which there are.
func (s Setting) ofImages() bool {
	return strings.HasPrefix(s.Key, "image.") || s.Key == "layout.image" || s.Key == imagesKey
}

// readSomeOfHubs takes some settings from the section of settings for some hubs.
func (c *Config) readSomeOfHubs(some func(Setting) bool, name string, hubs *yaml.Node) error {
	if hubs == nil || hubs.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(hubs.Content); i += 2 {
		own := HubSettings{Hubs: hubs.Content[i].Value}
		for _, s := range Settings {
			node := yamlnode.At(hubs.Content[i+1], strings.Split(s.Key, ".")...)
			if node == nil || !some(s) || !s.perHub() {
				continue
			}
			if err := setNode(s.field(&Config{}), node); err != nil {
				return atNode(name, node, hubsKey+"."+own.Hubs+"."+s.Key, err)
			}
			own.apply = append(own.apply, func(c *Config) { _ = setNode(s.field(c), node) }) // it has been tried
		}
		if own.apply != nil {
			c.Hubs = append(c.Hubs, own)
		}
	}
	return nil
}
