package config

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// Places are what a hubops.yaml says about where the releases of hubs are: for all hubs first, then for some, in the order of the file.
type Places []place

// place is what is said for the hubs that a name or a pattern fits.
type place struct {
	hubs string
	set  []func(*Config)
}

// placeKeys are the settings that say where a release is.
var placeKeys = []string{"layout.cluster", "layout.release", "layout.namespace"}

// Of returns where the release of a hub is.
func (p Places) Of(hub layout.Names) (layout.Address, error) { return p.parts(hub).Address(hub) }

// TellClusters reports whether hubs that differ by their {cluster} alone have different releases or namespaces.
func (p Places) TellClusters(hub layout.Names) bool {
	parts := p.parts(hub)
	return layout.Has(parts.Release, "cluster") || layout.Has(parts.Namespace, "cluster")
}

func (p Places) parts(hub layout.Names) layout.Parts {
	own := &Config{}
	for _, one := range p {
		if !pattern.Fits(one.hubs, hub.Name()) {
			continue
		}
		for _, set := range one.set {
			set(own)
		}
	}
	return own.Layout.Parts
}

// MakesAt reports whether the branch too makes of a place's path, or of a chart elsewhere, the hub of its names.
func (p Published) MakesAt(hub layout.Place) bool {
	for _, dir := range p.Charts {
		if path.Clean(dir) == hub.At && hub.Names == (layout.Names{Hub: path.Base(dir)}) {
			return true
		}
	}
	return p.Layout.MakesAt(hub)
}

// readLayout takes what says which hubs there are, and how they are called.
func (p *Published) readLayout(name string, top *yaml.Node) error {
	read := &Config{Layout: layout.Settings{Hubs: layout.Default().Hubs}}
	for _, key := range []string{"layout.hubs", "layout.environments", "charts"} {
		node, setting := yamlnode.At(top, strings.Split(key, ".")...), settingOf(key)
		if node == nil {
			continue
		}
		if err := setting.set(read, func(field any) error { return setNode(field, node) }); err != nil {
			return atNode(name, node, key, err)
		}
	}
	p.Layout, p.Charts = read.Layout, read.Charts
	return nil
}

// placesIn reads them from a hubops.yaml. Errors quote name.
func placesIn(name string, top *yaml.Node) (Places, error) {
	first, err := placeOf(name, pattern.All, top)
	if err != nil {
		return nil, err
	}
	places := Places{first}
	hubs := yamlnode.At(top, hubsKey)
	if hubs == nil || hubs.Kind != yaml.MappingNode {
		return places, nil
	}
	for i := 0; i < len(hubs.Content); i += 2 {
		one, err := placeOf(name, hubs.Content[i].Value, hubs.Content[i+1])
		if err != nil {
			return nil, err
		}
		places = append(places, one)
	}
	return places, nil
}

func placeOf(name, hubs string, node *yaml.Node) (place, error) {
	found := place{hubs: hubs}
	for _, key := range placeKeys {
		value, setting := yamlnode.At(node, strings.Split(key, ".")...), settingOf(key)
		if value == nil {
			continue
		}
		set := func(c *Config) error {
			return setting.set(c, func(field any) error { return setNode(field, value) })
		}
		if err := set(&Config{}); err != nil {
			return found, yamldoc.At(name, value, "%s: %v", key, err)
		}
		found.set = append(found.set, func(c *Config) { _ = set(c) }) // it has been tried
	}
	return found, nil
}
