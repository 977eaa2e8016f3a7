package ops

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// movedBases asks, with REBUILD_ON_BASE=1, whether the images that the registry has are still built on what their bases
// are now. It returns the new digest of each base that has moved, by hub: with it, the image has another tag.
func (s *Session) movedBases(ctx context.Context, v *survey) (map[string]string, error) {
	moved := map[string]string{}
	if !s.Config.RebuildOnBase {
		return moved, nil
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	registry := s.registry()
	for _, h := range v.hubs {
		if h.ImageDir == "" {
			continue
		}
		tag := v.content(h.Name).Tag()
		group.Go(func() error {
			if base := registry.Moved(ctx, h.Name, tag); base.Digest != "" {
				mu.Lock()
				defer mu.Unlock()
				moved[h.Name] = base.Digest
			}
			return ctx.Err()
		})
	}
	return moved, group.Wait()
}
