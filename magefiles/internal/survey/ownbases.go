package survey

import (
	"context"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
)

// link tells each content what it is built on. A hub lists its images behind those that they are built on.
func link(hubs []hub.Hub, contents map[string]content.Content) {
	for _, h := range hubs {
		for _, image := range h.Images {
			if len(image.Bases) == 0 {
				continue
			}
			whole := contents[image.ID()]
			whole.Bases = nil
			for _, base := range image.Bases {
				whole.Bases = append(whole.Bases, content.OwnBase{Variable: base.Variable, Content: contents[base.ID]})
			}
			contents[image.ID()] = whole
		}
	}
}

// changedBase names the first of an image's bases of which files have changed since a commit, or of what that is built on; "" if none have.
func changedBase(ctx context.Context, repo *git.Repo, since string, h hub.Hub, image hub.Image) string {
	for _, base := range image.Bases {
		below := h.Image(base.Key)
		if files, _, err := repo.Since(ctx, since, below.Dir); err == nil && len(files) > 0 || changedBase(ctx, repo, since, h, below) != "" {
			return base.Key
		}
	}
	return ""
}
