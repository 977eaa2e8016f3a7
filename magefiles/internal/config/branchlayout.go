package config

import (
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/layout"
)

// layoutKeys are the settings that say which hubs there are, where their values lie, and what their images are called.
var layoutKeys = []string{
	"layout.hubs", "layout.ignore", "layout.environments", "layout.cluster", "layout.chart", "layout.values", "layout.secrets", "layout.image", imagesKey, "charts",
}

// WithLayout returns a copy of the settings in which another hubops.yaml says which hubs there are, where their values lie, and what their
// images are called. It is like WithImages.
func (c *Config) WithLayout(name string, content []byte) (*Config, error) {
	own := *c
	own.Layout.Environments = nil // which no default sets
	return own.with(func(s Setting) bool { return slices.Contains(layoutKeys, s.Key) }, name, content)
}

// HubsAmong returns the hubs that the names of a repository's files make, those of charts elsewhere too.
func (c *Config) HubsAmong(files []string) ([]layout.Place, error) {
	places, err := c.Layout.Find(files)
	for _, dir := range c.Charts {
		dir = path.Clean(dir)
		if slices.ContainsFunc(files, func(file string) bool { return strings.HasPrefix(file, dir+"/") }) {
			places = append(places, layout.Place{Names: layout.Names{Hub: path.Base(dir)}, At: dir})
		}
	}
	return places, err
}

// ValuesOf returns where the values of a hub lie, and its chart, which for one of Charts is the directory that makes it a hub.
func (c *Config) ValuesOf(hub layout.Place) (layout.Located, error) {
	parts := c.For(hub.Name()).Layout.Parts
	own := layout.Parts{Chart: parts.Chart, Values: parts.Values, Secrets: parts.Secrets, Cluster: parts.Cluster}
	if slices.ContainsFunc(c.Charts, func(dir string) bool { return path.Clean(dir) == hub.At }) {
		own.Chart = layout.Chart{Dir: hub.At}
	}
	return own.Locate(hub.Names)
}
