package earlier

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/layout"
)

// held lists the images of the hub that a revision holds.
func (c *Checker) held(ctx context.Context, at layout.Address, target history.Revision, stored history.Stored) []history.HeldImage {
	own := c.surveyor.ImagesOf(ctx, at.Hub)
	repository := c.registry.Repository(hub.Hub{Images: own}.Main().Name)
	names, tags := c.surveyor.PathsOfImage(ctx, at.Hub)
	images := stored.HeldImages(repository, content.TagPattern, names)
	if !target.Own() || target.Record.ImageTag == "" { // an older tool has made it, or somebody by hand
		images = union(images, stored.GivenImages(names, tags))
	}
	if tag := target.Record.ImageTag; len(images) == 0 && tag != "" && tag != history.None { // a chart that names it in a way of its own
		images = []history.HeldImage{{Name: repository, Tag: tag}}
	}
	others := c.heldOthers(own, target, stored)
	for _, key := range target.Record.Images.Keys() { // a tag with a value of its own is no tag of the first
		if tag := target.Record.Image(key).Tag; tag != target.Record.ImageTag {
			images = slices.DeleteFunc(images, func(i history.HeldImage) bool { return i.Name == repository && i.Tag == tag })
		}
	}
	return union(images, others)
}

// heldOthers lists the images beside the first. Others of this repository, which values name by hand, no deploy has verified either.
func (c *Checker) heldOthers(own []hub.Image, target history.Revision, stored history.Stored) []history.HeldImage {
	isOurs := func(image history.HeldImage) bool {
		return target.Record.DigestOf(image.Tag) != "" || slices.ContainsFunc(own, func(i hub.Image) bool { return c.registry.Repository(i.Name) == image.Name })
	}
	others := slices.DeleteFunc(stored.HeldReferences(c.registry.Pattern()), func(i history.HeldImage) bool { return !isOurs(i) })
	for _, key := range target.Record.Images.Keys() {
		tag := target.Record.Image(key).Tag
		if !ownTag.MatchString(tag) {
			continue // it was built elsewhere
		}
		named := slices.ContainsFunc(others, func(i history.HeldImage) bool { return i.Tag == tag })
		if at := slices.IndexFunc(own, func(i hub.Image) bool { return i.Key == key }); at >= 0 && !named { // name and tag have values of their own
			others = append(others, history.HeldImage{Name: c.registry.Repository(own[at].Name), Tag: tag})
		}
	}
	return others
}

// union is both lists, each image once.
func union(images, others []history.HeldImage) []history.HeldImage {
	for _, image := range others {
		if !slices.Contains(images, image) {
			images = append(images, image)
		}
	}
	return images
}
