// Package layout keeps the OCI layouts that BuildKit writes, until their images are pushed.
package layout

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"

	"hub-ops/magefiles/internal/image/source"
)

// Store is a directory of OCI layouts, one for each image that BuildKit made and nobody has pushed yet.
type Store struct{ Dir string }

// blobsOfLayouts is the directory of the blobs of all layouts. They share it because BuildKit writes only blobs that are not
// there yet: neither the layers of a base nor others that have not changed.
const blobsOfLayouts = "blobs"

// path is where an image lies until it is pushed.
func (l Store) path(reference string) string {
	return filepath.Join(l.Dir, url.PathEscape(reference))
}

// Has reports whether there is a layout of the image.
func (l Store) Has(reference string) bool {
	_, err := os.Stat(filepath.Join(l.path(reference), "index.json"))
	return err == nil
}

// Find returns the directory of an image's layout, and the digest of the image, if there is one.
func (l Store) Find(reference string) (dir, digest string, found bool) {
	if !l.Has(reference) {
		return "", "", false
	}
	root, err := layout.ImageIndexFromPath(l.path(reference))
	if err != nil {
		return "", "", false
	}
	index, err := root.IndexManifest()
	if err != nil || len(index.Manifests) != 1 {
		return "", "", false
	}
	return l.path(reference), index.Manifests[0].Digest.String(), true
}

// Write has write make the layout of an image in a directory. The layout appears whole, or not at all.
func (l Store) Write(reference string, write func(dir string) error) error {
	place := l.path(reference)
	part := place + ".part"
	if err := errors.Join(os.RemoveAll(part), os.RemoveAll(place), l.prepare(part)); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(part) }()
	if err := write(part); err != nil {
		return err
	}
	if err := os.Rename(part, place); err != nil {
		return err
	}
	_, err := l.Open(reference) // which marks its blobs as used
	return err
}

// prepare makes a directory for a layout, over the blobs that all layouts share.
func (l Store) prepare(dir string) error {
	shared := filepath.Join(l.Dir, blobsOfLayouts)
	if err := errors.Join(os.MkdirAll(shared, 0o700), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	return os.Symlink(filepath.Join("..", blobsOfLayouts), filepath.Join(dir, "blobs"))
}

// Image is an image in a layout: opencontainers/image-spec, image-layout.md.
type Image struct {
	*source.Manifests
	dir   string
	index v1.ImageIndex
}

// Open opens the layout of an image, and marks its blobs as used.
func (l Store) Open(reference string) (source.Compressed, error) {
	image, err := l.read(reference)
	if err == nil {
		err = image.touch(image.index)
	}
	if err != nil {
		return nil, fmt.Errorf("reading what BuildKit made: %w", err)
	}
	return image, nil
}

func (l Store) read(reference string) (*Image, error) {
	dir := l.path(reference)
	root, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifests, err := source.ReadOnly(root)
	return &Image{manifests, dir, root}, err
}

// Close leaves the layout, so that an interrupted push can go on.
func (i *Image) Close() error { return nil }

// Pushed removes the layout but for its blobs: the next image has most of them too.
func (i *Image) Pushed() error { return os.RemoveAll(i.dir) }

// touch sets the time of each blob that an index leads to, by which Sweep knows that it is used: manifests, configurations,
// layers and attestations.
func (i *Image) touch(index v1.ImageIndex) error {
	content, err := index.IndexManifest()
	if err != nil {
		return err
	}
	for _, found := range content.Manifests {
		blobs := []v1.Descriptor{found}
		if found.MediaType.IsIndex() {
			inner, err := index.ImageIndex(found.Digest)
			if err != nil {
				return err
			}
			if err := i.touch(inner); err != nil {
				return err
			}
		} else {
			image, err := index.Image(found.Digest)
			if err != nil {
				return err
			}
			manifest, err := image.Manifest()
			if err != nil {
				return err
			}
			blobs = append(append(blobs, manifest.Config), manifest.Layers...)
		}
		if err := i.touchBlobs(blobs); err != nil {
			return err
		}
	}
	return nil
}

func (i *Image) touchBlobs(blobs []v1.Descriptor) error {
	now := time.Now()
	for _, blob := range blobs {
		if err := os.Chtimes(filepath.Join(i.dir, "blobs", blob.Digest.Algorithm, blob.Digest.Hex), now, now); err != nil {
			return err
		}
	}
	return nil
}

// keptLayouts is how long an image that was not pushed, or a blob that is not used, is kept.
const keptLayouts = 7 * 24 * time.Hour

// Sweep removes images that were made long ago and never pushed, and the blobs of images that are no more.
func (l Store) Sweep() {
	for _, pattern := range []string{"*", filepath.Join(blobsOfLayouts, "*", "*")} {
		files, _ := filepath.Glob(filepath.Join(l.Dir, pattern)) // none, if nothing was ever built
		for _, file := range files {
			info, err := os.Stat(file)
			if err == nil && time.Since(info.ModTime()) > keptLayouts && filepath.Base(file) != blobsOfLayouts {
				_ = os.RemoveAll(file)
			}
		}
	}
}
