package release

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/manifest"
)

// checkArrival refuses an upgrade that does not give the chart the hub's image: value paths that the chart does not read are no
// error for helm, and the hub would run with the image that the chart names by default.
func (d *deploy) checkArrival() error {
	paths := slices.Concat(d.settings.NamePaths, d.settings.TagPaths)
	if d.hub.ImageDir == "" || len(paths) == 0 {
		return nil
	}
	var name, tag string
	if len(d.settings.NamePaths) > 0 {
		name = d.registry.Repository(d.hub.Name)
	}
	if len(d.settings.TagPaths) > 0 {
		tag = d.found.Of(d.hub.Name).Tag // a chart may leave the digest out
	}
	carried, values := manifest.Carry(slices.Concat(d.rendering.after, d.rendering.hooks), name, tag), chart.Values(d.upgrade.Chart)
	unknown := slices.ContainsFunc(paths, func(path string) bool { return !chart.Knows(values, path) })
	if carried == manifest.Whole || carried == manifest.Apart && !unknown {
		return nil
	}
	return exit.Input("hub %s is not deployed: its image reaches nothing that the chart makes by %s", d.hub.Name, strings.Join(paths, ", ")).
		Try("%s", d.pathAdvice(chart.Images(values, parents(paths))))
}

// pathAdvice says which setting says where the image goes, and what looks like a place for it.
func (d *deploy) pathAdvice(images []chart.Image) string {
	const most = 5
	name := d.hub.Name
	if len(images) == 0 {
		return fmt.Sprintf("nothing in the chart's values looks like an image: name the paths that it reads with image.name_paths and image.tag_paths "+
			"(for this hub in hubops.yaml: hubs: {%s: {image: {name_paths: […], tag_paths: […]}}}; empty lists if it is to have none)", name)
	}
	var like []string
	for _, image := range images[:min(most, len(images))] {
		like = append(like, image.Path)
	}
	if more := len(images) - most; more > 0 {
		like = append(like, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("what looks like an image in the chart's values: %s; say which with image.name_paths and image.tag_paths "+
		"(for this hub in hubops.yaml: hubs: {%s: {image: {name_paths: [%s], tag_paths: [%s.tag]}}})",
		strings.Join(like, ", "), name, images[0].Path+"."+images[0].Name, images[0].Path)
}

// parents are the paths without their last keys.
func parents(paths []string) []string {
	above := make([]string, len(paths))
	for i, path := range paths {
		above[i] = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	return above
}
