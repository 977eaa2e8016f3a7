package config

import (
	"fmt"
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

// perHub reports whether a setting can differ between hubs: what a hub is made of, where its image goes in the chart's values, and how
// its release is upgraded, watched and checked.
func (s Setting) perHub() bool {
	switch section, _, _ := strings.Cut(s.Key, "."); section {
	case "watch", "health":
		return true
	}
	return slices.Contains([]string{
		"layout.chart", "layout.values", "layout.secrets", "layout.image", "layout.cluster", "layout.release", "layout.namespace", imagesKey, "image.name_paths", "image.tag_paths",
		"helm.force", "helm.wait", "helm.cleanup_on_fail", "helm.timeout", "helm.rollback", "helm.checks",
	}, s.Key)
}

// AtATime returns how many hubs are worked on at once, if JOBS does not set it.
func (c *Config) AtATime() int {
	const enough = 4
	if c.Jobs > 0 {
		return c.Jobs
	}
	return enough
}

// Together returns how many hubs of all clusters of a run are deployed or watched at once: one that does not answer takes no place of the others.
func (c *Config) Together() int {
	if c.Jobs > 0 {
		return c.Jobs
	}
	most := 0
	for _, name := range c.ClusterNames() {
		most = max(most, c.On(name).Upgrades)
	}
	const clusters = 2
	return clusters * most
}

// MayDelete reports whether ALLOW_DELETE names the hub.
func (c *Config) MayDelete(hub string) bool { return named(c.AllowDelete, hub) }

// MayBringBack reports whether ALLOW_OLD_SECRETS names the hub.
func (c *Config) MayBringBack(hub string) bool { return named(c.AllowOldSecrets, hub) }

// MayHaveTwo reports whether ALLOW_SECOND names the hub.
func (c *Config) MayHaveTwo(hub string) bool { return named(c.AllowSecond, hub) }

// named reports whether names, divided by commas, spaces, or both, have the hub among them.
func named(texts []string, hub string) bool {
	return slices.ContainsFunc(texts, func(names string) bool { return slices.Contains(strings.Fields(names), hub) })
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

// UnmatchedHubs returns a sentence for each entry of the sections hubs and waves that is about no hub: a misspelt name there sets nothing, or
// lets a hub go last that was to go first.
func (c *Config) UnmatchedHubs(names []string) []string {
	var sentences []string
	note := func(section, hubs string) {
		text := fmt.Sprintf("%s: %s fits no hub", section, hubs)
		if !slices.ContainsFunc(names, func(name string) bool { return pattern.Fits(hubs, name) }) && !slices.Contains(sentences, text) {
			sentences = append(sentences, text)
		}
	}
	for _, settings := range c.Hubs {
		note(hubsKey, settings.Hubs)
	}
	for _, cluster := range append([]string{""}, c.ClusterNames()...) {
		for _, wave := range c.On(cluster).Waves {
			for _, hubs := range wave {
				note("waves", hubs)
			}
		}
	}
	return sentences
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
				return atNode(File, value, where, err)
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
