package survey

import (
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
)

// Hubs reads the named hubs, all if none is named. The repository's directories are listed once a run.
func (s *Surveyor) Hubs(ctx context.Context, names ...string) ([]hub.Hub, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return directory.All(ctx)
	}
	hubs := make([]hub.Hub, len(names))
	for i, name := range names {
		if hubs[i], err = directory.Load(ctx, name); err != nil {
			return nil, err
		}
	}
	return hubs, nil
}

// ImagesOf returns the images of a hub: one of its name if the repository has no such hub, or no image of layout.image for it.
func (s *Surveyor) ImagesOf(ctx context.Context, name string) []hub.Image {
	hubs, err := s.Hubs(ctx, name)
	if err != nil {
		return []hub.Image{{Name: name}}
	}
	if hubs[0].Main().Name == "" {
		return append([]hub.Image{{Name: name}}, hubs[0].Images...)
	}
	return hubs[0].Images
}

// namesOf are the names of a hub's images.
func (s *Surveyor) namesOf(ctx context.Context, name string) []string {
	return hub.Hub{Images: s.ImagesOf(ctx, name)}.ImageNames()
}

// Names lists the hubs of the repository, sorted, without reading them.
func (s *Surveyor) Names(ctx context.Context) ([]string, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	return directory.Names(), nil
}

// Unmatched returns a sentence for each pattern in the settings that fits no hub, or no file of one.
func (s *Surveyor) Unmatched(ctx context.Context) ([]string, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	return append(directory.Unmatched(), s.session.Config.UnmatchedHubs(directory.Names())...), nil
}

// list lists the hubs. The settings must be here if HEAD has some: without them, other branches would own the hubs.
func (s *Surveyor) list(ctx context.Context) (*hub.Directory, error) {
	s.listing.Lock()
	defer s.listing.Unlock()
	if s.directory != nil {
		return s.directory, nil
	}
	files, err := s.to.Files(ctx)
	if err != nil {
		return nil, err
	}
	if err := files.Check(config.File); err != nil {
		return nil, err
	}
	if len(files.Lost(config.File)) > 0 {
		return nil, exit.Input("%s: HEAD has it, and it was deleted here", config.File).Try("run 'git restore %s', or 'git rm %s' if it is to go", config.File, config.File)
	}
	charts, err := s.to.Charts(ctx)
	if err != nil {
		return nil, err
	}
	settings := s.session.Config
	var clusters []hub.Cluster
	for _, cluster := range settings.Clusters {
		clusters = append(clusters, hub.Cluster{Name: cluster.Name, Line: cluster.Line})
	}
	s.directory, err = hub.Open(settings.Root, files, charts, hub.Layout{
		Settings: settings.Layout, Charts: settings.Charts, Clusters: clusters, Credentials: settings.CredentialFiles(),
		Of: func(name string) layout.Parts { return settings.For(name).Layout.Parts },
	})
	return s.directory, err
}

// Readable returns all hubs of the repository that can be read, and why the others cannot, by their names.
func (s *Surveyor) Readable(ctx context.Context) (hubs []hub.Hub, unread map[string]error, err error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, nil, err
	}
	unread = map[string]error{}
	for _, name := range directory.Names() {
		h, err := directory.Load(ctx, name)
		if err != nil {
			unread[name] = err
			continue
		}
		hubs = append(hubs, h)
	}
	return hubs, unread, ctx.Err()
}
