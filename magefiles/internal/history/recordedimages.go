package history

import (
	"maps"
	"slices"
	"strings"
)

// RecordedTag is what a record says of one image: its tag, and the shortened digest of what the registry had under it.
type RecordedTag struct{ Tag, Digest string }

// Image is what the record says of a hub's image, by its key: "" is the image of layout.image.
func (r Record) Image(key string) RecordedTag {
	if key == "" {
		return RecordedTag{r.ImageTag, r.ImageDigest}
	}
	return r.Images.of(key)
}

// DigestOf is the recorded digest of the image, whichever of the hub's, that had the tag; "" if none is known.
func (r Record) DigestOf(tag string) string {
	for _, key := range append([]string{""}, r.Images.Keys()...) {
		if image := r.Image(key); image.Tag == tag && known(image.Digest) {
			return image.Digest
		}
	}
	return ""
}

// WithImage returns the record with another image. digest is that of the registry.
func (r Record) WithImage(key, tag, digest string) Record {
	if key == "" {
		r.ImageTag, r.ImageDigest = tag, Image(digest)
	} else {
		r.Images = r.Images.with(key, tag, digest)
	}
	return r
}

// Images is what a record says of the images that a hub has beside the one of layout.image: key=tag.digest for each, sorted and divided by
// spaces, so that records can be compared.
type Images string

// imageLabel is what labels begin with that record one of these images: behind it comes its key.
const imageLabel = "hub-ops.image."

// digestLength is how many digits of such an image's digest are recorded: with the longest tag, all of a label.
const digestLength = 32

// with returns the same images and one more.
func (i Images) with(key, tag, digest string) Images {
	digits := Image(digest)
	return i.set(key, strings.TrimSuffix(tag+"."+digits[:min(len(digits), digestLength)], "."))
}

// Without returns the same images, and says of the others that there are none: helm keeps a label that is not set.
func (i Images) Without(others Images) Images {
	for _, key := range others.Keys() {
		if i.of(key).Tag == "" {
			i = i.set(key, None)
		}
	}
	return i
}

func (i Images) set(key, text string) Images {
	all := i.all()
	all[key] = text
	parts := make([]string, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, key+"="+all[key])
	}
	return Images(strings.Join(parts, " "))
}

func (i Images) all() map[string]string {
	all := map[string]string{}
	for part := range strings.FieldsSeq(string(i)) {
		key, image, _ := strings.Cut(part, "=")
		all[key] = image
	}
	return all
}

// Keys are those of the images, sorted.
func (i Images) Keys() []string {
	all := i.all()
	maps.DeleteFunc(all, func(_, image string) bool { return image == None })
	return slices.Sorted(maps.Keys(all))
}

func (i Images) of(key string) RecordedTag {
	tag, digest, _ := strings.Cut(i.all()[key], ".")
	if tag == None {
		return RecordedTag{}
	}
	return RecordedTag{tag, digest}
}

// imagesFrom reads the labels of a revision.
func imagesFrom(labels map[string]string) (images Images) {
	for label, image := range labels {
		if key, is := strings.CutPrefix(label, imageLabel); is && image != None {
			images = images.set(key, image)
		}
	}
	return images
}

// changed names, for people, the images whose tags differ.
func (i Images) changed(want Images) []string {
	keys := slices.Concat(i.Keys(), want.Keys())
	slices.Sort(keys)
	var changed []string
	for _, key := range slices.Compact(keys) {
		if i.of(key).Tag != want.of(key).Tag {
			changed = append(changed, "image "+key)
		}
	}
	return changed
}

// SameImage reports whether a recorded digest, which is shortened, is that of an image.
func SameImage(recorded, digest string) bool {
	return len(recorded) >= digestLength && strings.HasPrefix(Image(digest), recorded)
}
