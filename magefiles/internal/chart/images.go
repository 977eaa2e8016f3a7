package chart

import (
	"maps"
	"slices"
	"strings"
)

// Image is a place in a chart's values that looks like an image.
type Image struct {
	Path string // jupyterhub.singleuser.image
	Name string // the key of the image's name below it: name, repository or image
}

// Images finds what looks like an image in a chart's values: a mapping with a tag, and a name, repository or image. Those come first
// whose paths end most like one of the given paths.
func Images(values map[string]any, like []string) []Image {
	var found []Image
	collect(values, nil, &found)
	slices.SortStableFunc(found, func(a, b Image) int { return likeness(b.Path, like) - likeness(a.Path, like) })
	return found
}

func collect(values map[string]any, way []string, found *[]Image) {
	if _, tagged := values["tag"]; tagged {
		for _, key := range []string{"name", "repository", "image"} {
			if _, is := values[key].(string); is {
				*found = append(*found, Image{Path: strings.Join(way, "."), Name: key})
				break
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if inner, is := values[key].(map[string]any); is {
			collect(inner, append(slices.Clone(way), key), found)
		}
	}
}

// likeness is how many keys at its end a path has in common with one of the others.
func likeness(path string, others []string) int {
	best := 0
	for _, other := range others {
		a, b := strings.Split(path, "."), strings.Split(other, ".")
		same := 0
		for same < len(a) && same < len(b) && a[len(a)-1-same] == b[len(b)-1-same] {
			same++
		}
		best = max(best, same)
	}
	return best
}

// Knows reports whether a chart's values have the path, or an empty mapping in which it would be.
func Knows(values map[string]any, path string) bool {
	keys := strings.Split(path, ".")
	last := len(keys) - 1
	for _, key := range keys[:last] {
		inner, is := values[key].(map[string]any)
		if !is {
			return false
		}
		values = inner
	}
	_, known := values[keys[last]]
	return known || len(values) == 0
}
