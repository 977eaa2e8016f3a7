package survey

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
)

// addMovedBases asks the registries, with REBUILD_ON_BASE=1, whether the base of each image has moved since the image was built.
// The new digest of such a base becomes part of the content, so the image gets another tag.
func (s *Surveyor) addMovedBases(ctx context.Context, hubs []hub.Hub, contents map[string]content.Content) error {
	if !s.session.Config.RebuildOnBase {
		return nil
	}
	registry, err := s.to.Registry(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	moved := map[string]string{} // the new digests, by the IDs of images
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	asked := map[string]bool{}
	for _, h := range hubs {
		for _, image := range h.Built() {
			if asked[image.ID()] {
				continue
			}
			asked[image.ID()] = true
			tag := contents[image.ID()].Tag()
			group.Go(func() error {
				base, err := registry.Moved(asking, image.Name, tag)
				if err != nil || base.Digest == "" {
					return errors.Join(asking.Err(), err)
				}
				mu.Lock()
				defer mu.Unlock()
				moved[image.ID()] = base.Digest
				return nil
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for id, digest := range moved {
		content := contents[id]
		content.Base = digest
		contents[id] = content
	}
	return nil
}
