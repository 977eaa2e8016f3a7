package content

import (
	"context"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// Export writes the content to the directory that the image is built from.
func (c Content) Export(ctx context.Context, repo *git.Repo, dir string) error {
	if err := repo.Export(ctx, c.Context, dir); err != nil {
		return err
	}
	for _, shared := range c.Shared {
		target := filepath.Join(dir, shared.Name())
		if _, err := os.Lstat(target); err == nil {
			return exit.Input("the context has a %s of its own, and %s (image.shared) would be copied over it", shared.Name(), shared.Name()).Try("rename one")
		}
		if err := os.Mkdir(target, 0o755); err != nil { // #nosec G301 -- part of an image
			return err
		}
		if err := repo.Export(ctx, shared, target); err != nil {
			return err
		}
	}
	return nil
}
