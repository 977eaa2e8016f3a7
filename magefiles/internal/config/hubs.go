package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/yamldoc"
)

// hubsKey is the section of hubops.yaml that sets things for some hubs only.
const hubsKey = "hubs"

// HubSettings are the settings of some hubs that differ from what is set for all.
type HubSettings struct {
	Hubs  string // a name or a pattern of path.Match
	apply []func(*Config)
}

// perHub reports whether a setting can differ between hubs: where the image goes in the chart's values, and how a release is
// upgraded, watched and checked.
func (s Setting) perHub() bool {
	section, _, _ := strings.Cut(s.Key, ".")
	return s.Key == "image.name_paths" || s.Key == "image.tag_paths" || s.Key == "helm.force" || s.Key == "helm.wait" || s.Key == "helm.cleanup_on_fail" || s.Key == "helm.timeout" ||
		s.Key == "helm.rollback" || s.Key == "helm.checks" || section == "watch" || section == "health"
}

// AtATime returns how many hubs are worked on at once, if JOBS does not set it.
func (c *Config) AtATime() int {
	const enough = 4
	if c.Jobs > 0 {
		return c.Jobs
	}
	return enough
}

// MayDelete reports whether ALLOW_DELETE names the hub. Its names are divided by commas, spaces, or both.
func (c *Config) MayDelete(hub string) bool {
	return slices.ContainsFunc(c.AllowDelete, func(names string) bool { return slices.Contains(strings.Fields(names), hub) })
}

// For returns the settings for one hub. All entries that match it apply, later ones over earlier ones. A variable overrides what
// the file sets for the hub.
func (c *Config) For(hub string) *Config {
	own := *c
	for _, settings := range c.Hubs {
		if !pattern.Fits(settings.Hubs, hub) {
			continue
		}
		for _, apply := range settings.apply {
			apply(&own)
		}
	}
	for _, apply := range c.fromVariables {
		apply(&own)
	}
	return &own
}

// readHubs reads the section: names or patterns of hubs, each with settings as they stand at the top.
func (c *Config) readHubs(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return yamldoc.At(File, node, "%s: expected names or patterns of hubs, each with settings", hubsKey)
	}
	for i := 0; i < len(node.Content); i += 2 {
		hub, value := node.Content[i], node.Content[i+1]
		if err := pattern.Check(hub.Value); err != nil {
			return yamldoc.At(File, hub, "%s: %q is no pattern", hubsKey, hub.Value)
		}
		settings := HubSettings{Hubs: hub.Value}
		if err := settings.read("", hubsKey+"."+hub.Value, value); err != nil {
			return err
		}
		c.Hubs = append(c.Hubs, settings)
	}
	return nil
}

// read takes the keys of a mapping below prefix; where is how the file spells the way there.
func (h *HubSettings) read(prefix, where string, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return yamldoc.At(File, node, "%s: expected keys and values", where)
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name, where := prefix+key.Value, where+"."+key.Value
		setting := settingOf(name)
		switch {
		case setting != nil && setting.perHub():
			set := func(c *Config) error {
				return setting.set(c, func(field any) error { return setNode(field, value) })
			}
			if err := set(&Config{}); err != nil {
				return yamldoc.At(File, value, "%s: %v", where, err)
			}
			h.apply = append(h.apply, func(c *Config) { _ = set(c) }) // it has been tried
		case setting == nil && isSection(name):
			if err := h.read(name+".", where, value); err != nil {
				return err
			}
		default:
			return yamldoc.At(File, key, "%s cannot be set for some hubs only: that goes for %s", where, strings.Join(perHubKeys(), ", "))
		}
	}
	return nil
}

func perHubKeys() []string {
	var keys []string
	for _, s := range Settings {
		if s.perHub() {
			keys = append(keys, s.Key)
		}
	}
	return keys
}
