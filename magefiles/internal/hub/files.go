package hub

import (
	"context"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// find looks for the hub's image context and secret values. What HEAD has of them must be here too: a hub is not deployed without its
// image or its secret values because a checkout is sparse.
func (d *Directory) find(h *Hub) error {
	imageDir, secret := path.Join(ImagesDir, h.Name), path.Join(SecretsDir, h.Name+".yaml")
	if err := d.files.Check(append(d.files.Below(imageDir), secret)...); err != nil {
		return err
	}
	if err := d.findImage(h, imageDir); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(d.root, secret)); err == nil {
		h.Secret = secret
	}
	return d.checkLost(secret)
}

func (d *Directory) findImage(h *Hub, dir string) error {
	if _, err := os.Lstat(filepath.Join(d.root, dir)); err != nil {
		return d.checkLost(dir) // or it has no image of its own
	}
	if !d.isDir(dir) {
		return exit.Input("%s is no directory: the hub's image is built from one", dir).Try("make it one, or remove it")
	}
	if err := checkNames(d.root, dir, imageNames); err != nil {
		return err
	}
	h.ImageDir = dir
	dockerfile := path.Join(dir, "Dockerfile")
	if _, err := os.Stat(filepath.Join(d.root, dockerfile)); err != nil {
		return exit.Input("%s: no such file: the hub's image is built from it", dockerfile).Try("write one, or remove %s", dir)
	}
	return nil
}

// checkLost refuses what HEAD has, and somebody has deleted here without telling Git.
func (d *Directory) checkLost(name string) error {
	if len(d.files.Lost(name)) == 0 {
		return nil
	}
	return exit.Input("%s: HEAD has it, and it was deleted here", name).Try("run 'git restore %s', or 'git rm -r %s' if it is to go", name, name)
}

// checkValues refuses a values.yaml that cannot be read.
func (d *Directory) checkValues(ctx context.Context, h Hub) error {
	content, file, err := d.listing.File(ctx, h.ChartDir, "values.yaml")
	if err == nil {
		_, err = yamldoc.Parse(file, content)
	}
	return err
}
