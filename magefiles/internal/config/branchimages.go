package config

import (
	"strings"

	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// WithImages returns a copy of the settings in which those of images come from another hubops.yaml and not from the environment:
// they are what another branch builds with. Unknown keys are ignored, because that branch may have a newer hub-ops. Errors quote
// name.
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
		if node := yamlnode.At(top, strings.Split(s.Key, ".")...); node != nil {
			if err := setNode(s.field(&other), node); err != nil {
				return nil, yamldoc.At(name, node, "%s: %v", s.Key, err)
			}
		}
	}
	return &other, nil
}
