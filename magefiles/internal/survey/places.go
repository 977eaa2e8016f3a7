package survey

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
)

// checkPlaces refuses a hub of which two images go into one value: the second would take the place of the first.
func checkPlaces(h hub.Hub, settings *config.Config) error {
	taken := map[string]hub.Image{}
	for _, image := range h.Images {
		for _, path := range h.Targets(image, hub.Targets{Names: settings.NamePaths, Tags: settings.TagPaths}).All() {
			if other, is := taken[path]; is && other.Key != image.Key {
				return exit.Input("%s: images.%s goes into %s of hub %s, and so does %s", image.At, image.Key, path, h.Name, calledIn(other)).
					Try("give each a value of its own, or leave the one out that the hub is not to have")
			}
			taken[path] = image
		}
	}
	return nil
}

// calledIn is an image as errors name it.
func calledIn(image hub.Image) string {
	if image.Key == "" {
		return "the image in " + image.Dir
	}
	return fmt.Sprintf("images.%s (%s)", image.Key, image.At)
}

// UnusedImages returns a sentence for each image of the settings that goes nowhere: no value receives it, and nothing is built on it. Where the
// run is about the hubs of one cluster only, nobody knows.
func (s *Surveyor) UnusedImages(v *Survey) []string {
	settings := s.session.Config
	if settings.Cluster != "" {
		return nil
	}
	var sentences []string
	for _, image := range settings.AllImages() {
		has := func(h hub.Hub) bool { return h.Image(image.Key).Name != "" }
		if image.Into() > 0 || image.BuiltElsewhere() || slices.ContainsFunc(v.Hubs, has) {
			continue
		}
		sentences = append(sentences, fmt.Sprintf("images.%s (line %s): it goes into no value, and no Dockerfile has ARG %s",
			image.Key, strings.TrimPrefix(image.At, config.File+":"), hub.BaseVariable(image.Key)))
	}
	return sentences
}
