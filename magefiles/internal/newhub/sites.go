package newhub

import (
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// Site is where the parts of a hub lie that are its own: no other hub has them. A hub that is deployed in several environments has a site for each.
type Site struct {
	layout.Names
	Address  layout.Address
	Marker   string // the file or directory that makes the hub
	Chart    string // the directory of its chart; "" if hubs share one, or it is published
	Image    string // the directory of its image; "" if hubs share one, or have none
	Values   []string
	Secrets  []string // the last of them wins
	Optional []string // those of Values and Secrets that may be missing
}

// Sites returns where the parts of a hub would lie, in each of its environments. of gives the parts of the hub with a full name. Bad input is a
// layout that does not say it.
func Sites(settings layout.Settings, of func(hub string) layout.Parts, hub, cluster string) ([]Site, error) {
	n := layout.Names{Hub: hub}
	if layout.Has(settings.Hubs, "cluster") {
		if n.Cluster = cluster; cluster == "" {
			return nil, exit.Input("hubs lie below their cluster here (layout.hubs: %s)", settings.Hubs).Try("say which: CLUSTER=<name> mage new:hub %s", hub)
		}
	}
	if len(settings.Environments) == 0 {
		if layout.Has(settings.Hubs, "env") {
			return nil, exit.Input("layout.hubs holds {env}, and layout.environments names none: nobody knows which to make").Try("name them in hubops.yaml")
		}
		site, err := siteOf(settings, of, n)
		return []Site{site}, err
	}
	var sites []Site
	for _, environment := range settings.Environments {
		n.Env = environment.Name
		site, err := siteOf(settings, of, n)
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// siteOf is the site of one environment.
func siteOf(settings layout.Settings, of func(hub string) layout.Parts, n layout.Names) (site Site, err error) {
	parts := of(n.Name())
	site.Names = n
	if site.Address, err = parts.Address(n); err != nil {
		return site, exit.Input("hubops.yaml: %w", err)
	}
	located, err := parts.Locate(n)
	if err != nil {
		return site, exit.Input("hubops.yaml: %w", err)
	}
	marker, err := layout.Parts{Chart: layout.Chart{Dir: settings.Hubs}, Cluster: parts.Cluster}.Locate(n)
	if err != nil {
		return site, exit.Input("hubops.yaml: %w", err)
	}
	site.Marker = marker.ChartDir
	if layout.Has(parts.Chart.Dir, "hub") {
		site.Chart = located.ChartDir
	}
	if layout.Has(parts.Image, "hub") {
		site.Image = located.Image
	}
	site.Values = site.own(parts.Values, located.Values)
	site.Secrets = site.own(parts.Secrets, located.Secrets)
	return site, nil
}

// own returns the files whose patterns name the hub, and notes those that may be missing.
func (s *Site) own(patterns []string, files []layout.File) (own []string) {
	for i, file := range files {
		if !layout.Has(patterns[i], "hub") {
			continue
		}
		own = append(own, file.Path)
		if file.Optional {
			s.Optional = append(s.Optional, file.Path)
		}
	}
	return own
}

// Roots are the paths that nothing may have before the hub is made: directories and files.
func Roots(sites []Site) (roots []string) {
	for _, s := range sites {
		for _, root := range slices.Concat([]string{s.Marker, s.Chart, s.Image}, s.Values, s.Secrets) {
			if root != "" && !slices.Contains(roots, root) {
				roots = append(roots, root)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(roots), func(one string) bool { // one within another
		return slices.ContainsFunc(roots, func(other string) bool { return strings.HasPrefix(one, other+"/") })
	})
}

// Covered reports whether one of the files makes the hub of the site.
func (s Site) Covered(files []File) bool {
	return slices.ContainsFunc(files, func(f File) bool { return f.Path == s.Marker || strings.HasPrefix(path.Clean(f.Path), s.Marker+"/") })
}
