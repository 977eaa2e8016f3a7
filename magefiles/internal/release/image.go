package release

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/valuepath"
)

// targets are the values that receive an image of the hub.
func (d *deploy) targets(image hub.Image) hub.Targets {
	return d.hub.Targets(image, hub.Targets{Names: d.settings.NamePaths, Tags: d.settings.TagPaths})
}

// checkArrival refuses an upgrade that does not give the chart the hub's images: value paths that the chart does not read are no
// error for helm, and the hub would run with the image that the chart names by default.
func (d *deploy) checkArrival(ctx context.Context) error {
	for i, image := range d.hub.Images {
		to := d.targets(image)
		if len(to.All()) == 0 {
			continue
		}
		tag := d.facts.Images[i].Tag
		if image.BuiltElsewhere() { // the chart may name the same image under the same tag by itself
			tag = pinned(d.facts.Images[i])
		}
		if paths, advice := d.lost(ctx, image, tag, to); len(paths) > 0 {
			return exit.Input("hub %s is not deployed: its image%s reaches nothing that the chart makes by %s", d.hub.Name, called(image), strings.Join(paths, ", ")).
				Try("%s", advice)
		}
	}
	return nil
}

// called is an image's name among those of its hub, behind a blank; "" for the image of layout.image.
func called(image hub.Image) string {
	if image.Key == "" {
		return ""
	}
	return " " + image.Key
}

// lost returns the paths by which an image does not arrive, and what to do about it; none if it arrives.
func (d *deploy) lost(ctx context.Context, image hub.Image, tag string, to hub.Targets) (paths []string, advice string) {
	name, values := image.In(d.registry.Repository), chart.Values(d.upgrade.Chart)
	if len(to.Whole) > 0 {
		if manifest.Carry(d.rendering.after, name, tag) != manifest.Whole {
			return to.Whole, d.listAdvice(image)
		}
		own := d.surveyor.PublicValues(ctx, d.hub.Name)
		for _, path := range to.Whole { // a chart may carry all values to its hub, misspelt ones too; in a list they have been looked for
			if parsed, err := valuepath.Parse(path); err == nil && !parsed.InList() && !chart.Knows(values, path) && !chart.Knows(own, path) {
				return []string{path}, d.listAdvice(image)
			}
		}
	}
	paths = slices.Concat(to.Names, to.Tags)
	if len(paths) == 0 {
		return nil, ""
	}
	if len(to.Names) == 0 {
		name = ""
	}
	if len(to.Tags) == 0 {
		tag = "" // a chart may leave the digest out
	}
	carried := manifest.Carry(d.rendering.after, name, tag)
	unknown := slices.ContainsFunc(paths, func(path string) bool { return !chart.Knows(values, path) })
	if carried == manifest.Whole || carried == manifest.Apart && !unknown {
		return nil, ""
	}
	if image.Key != "" {
		return paths, d.listAdvice(image)
	}
	return paths, d.pathAdvice(chart.Images(values, parents(paths)))
}

// listAdvice says where it is set where an image of the section images goes.
func (d *deploy) listAdvice(image hub.Image) string {
	return fmt.Sprintf("name values that the chart has, or that the hub's files of values set, in %s, images.%s.values", image.At, image.Key)
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
