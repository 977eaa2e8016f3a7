package survey

import (
	"context"

	"hub-ops/magefiles/internal/hub"
)

// ImagePaths are the paths of the values that say where a hub's image goes.
func (s *Surveyor) ImagePaths(ctx context.Context, name string) []string {
	settings := s.session.Config.For(name)
	main := hub.Targets{Names: settings.NamePaths, Tags: settings.TagPaths}
	hubs, err := s.Hubs(ctx, name)
	if err != nil {
		return main.Values()
	}
	paths := hubs[0].Targets(hub.Image{}, main).Values()
	for _, image := range hubs[0].Images {
		paths = append(paths, hubs[0].Targets(image, main).Values()...)
	}
	return paths
}

// PathsOfImage are those of the name and those of the tag of the image of layout.image, as the hub's chart has them.
func (s *Surveyor) PathsOfImage(ctx context.Context, name string) (names, tags []string) {
	settings := s.session.Config.For(name)
	if hubs, err := s.Hubs(ctx, name); err == nil {
		return hubs[0].ImagePaths(settings.NamePaths), hubs[0].ImagePaths(settings.TagPaths)
	}
	return settings.NamePaths, settings.TagPaths
}
