package survey

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/image/content"
)

// addMovedBases asks the registries, with REBUILD_ON_BASE=1, whether the base of each image has moved since the image was built.
// The new digest of such a base becomes part of the content, so the image gets another tag.
func (s *Surveyor) addMovedBases(ctx context.Context, contents map[string]content.Content) error {
	if !s.session.Config.RebuildOnBase {
		return nil
	}
	registry, err := s.to.Registry(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	moved := map[string]string{} // the new digests, by hub
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for name, content := range contents {
		group.Go(func() error {
			if base := registry.Moved(asking, name, content.Tag()); base.Digest != "" {
				mu.Lock()
				defer mu.Unlock()
				moved[name] = base.Digest
			}
			return asking.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for name, digest := range moved {
		content := contents[name]
		content.Base = digest
		contents[name] = content
	}
	return nil
}
