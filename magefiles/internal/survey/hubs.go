package survey

import (
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
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

// Names lists the hubs of the repository, sorted, without reading them.
func (s *Surveyor) Names(ctx context.Context) ([]string, error) {
	directory, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	return directory.Names(), nil
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
	s.directory, err = hub.Open(s.session.Config.Root, files, charts, s.session.Config.Charts)
	return s.directory, err
}
