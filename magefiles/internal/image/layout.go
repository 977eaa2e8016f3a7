package image

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// blobsOfLayouts is the directory of the blobs of all layouts: BuildKit writes only those that are not there yet, which
// spares it the layers of a base, and of everything else that has not changed.
const blobsOfLayouts = "blobs"

// prepare makes a place for a layout, over the blobs that all of them share.
func (k *BuildKit) prepare(dir string) error {
	shared := filepath.Join(k.Layouts, blobsOfLayouts)
	if err := errors.Join(os.MkdirAll(shared, 0o700), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	return os.Symlink(filepath.Join("..", blobsOfLayouts), filepath.Join(dir, "blobs"))
}

// packedImage is an image whose layers are compressed already: what BuildKit makes, or a Docker engine that keeps its images
// in containerd's store. It may be for several platforms.
type packedImage struct {
	images []v1.Image    // one a platform
	index  v1.ImageIndex // of them, and of what is attested of them; nil for a single image
	known  about         // the layers are those of all images
	dir    string        // of BuildKit's layout
	files  store         // or of an engine
	saved  *savedImage   // the same, for what cannot be read there
}

// open reads the layout: opencontainers/image-spec, image-layout.md.
func (k *BuildKit) open(_ context.Context, _, reference string) (source, error) {
	image := &packedImage{dir: k.layoutOf(reference)}
	err := image.read()
	if err == nil {
		err = image.touch()
	}
	if err != nil {
		return nil, fmt.Errorf("reading what BuildKit made: %w", err)
	}
	return image, nil
}

func (p *packedImage) read() error {
	root, err := layout.ImageIndexFromPath(p.dir)
	if err != nil {
		return err
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		return err
	}
	if len(manifest.Manifests) != 1 {
		return fmt.Errorf("%d images, not one", len(manifest.Manifests))
	}
	top := manifest.Manifests[0]
	if top.MediaType.IsIndex() {
		if p.index, err = root.ImageIndex(top.Digest); err != nil {
			return err
		}
		root = p.index
	}
	return p.addAll(root)
}

// addAll adds the images of an index.
func (p *packedImage) addAll(index v1.ImageIndex) error {
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	for _, descriptor := range manifest.Manifests {
		if descriptor.Platform != nil && descriptor.Platform.OS == "unknown" {
			continue // an attestation: docs.docker.com/build/metadata/attestations/attestation-storage
		}
		if err := p.add(index.Image(descriptor.Digest)); err != nil {
			return err
		}
	}
	if len(p.images) == 0 {
		return errors.New("no image")
	}
	return nil
}

// add adds an image that was opened.
func (p *packedImage) add(image v1.Image, err error) error {
	if err != nil {
		return err
	}
	configuration, err := image.RawConfigFile()
	if err != nil {
		return err
	}
	known, err := aboutOf(configuration)
	if err != nil {
		return err
	}
	if len(p.images) == 0 {
		p.known = known
	} else {
		p.known.diffIDs = append(p.known.diffIDs, known.diffIDs...)
	}
	p.images = append(p.images, image)
	return nil
}

// layers are those of all images, in the order of their hashes in about.
func (p *packedImage) layers() ([]v1.Layer, error) {
	var all []v1.Layer
	for _, image := range p.images {
		layers, err := image.Layers()
		if err != nil {
			return nil, err
		}
		all = append(all, layers...)
	}
	return all, nil
}

func (p *packedImage) about() about { return p.known }

// close leaves a layout, so that an interrupted push can go on.
func (p *packedImage) close() error {
	if p.files == nil {
		return nil
	}
	return p.files.close()
}

// done removes the layout of an image that was pushed, but for its blobs: the next one will want most of them. What is an
// engine's stays.
func (p *packedImage) done() error {
	if p.files != nil {
		return nil
	}
	return os.RemoveAll(p.dir)
}

// touch notes on each blob that it is in use.
func (p *packedImage) touch() error {
	layers, err := p.layers()
	if err != nil {
		return err
	}
	for _, layer := range layers {
		digest, err := layer.Digest()
		if err != nil {
			return err
		}
		now := time.Now()
		if err := os.Chtimes(filepath.Join(p.dir, "blobs", digest.Algorithm, digest.Hex), now, now); err != nil {
			return err
		}
	}
	return nil
}

// keptLayouts is how long an image stays that nobody pushes, and a blob that nobody uses.
const keptLayouts = 7 * 24 * time.Hour

// sweep removes images that were made long ago and never pushed, and the blobs of images that are no more.
func (k *BuildKit) sweep() {
	for _, pattern := range []string{"*", filepath.Join(blobsOfLayouts, "*", "*")} {
		files, _ := filepath.Glob(filepath.Join(k.Layouts, pattern)) // none, if nothing was ever built
		for _, file := range files {
			info, err := os.Stat(file)
			if err == nil && time.Since(info.ModTime()) > keptLayouts && filepath.Base(file) != blobsOfLayouts {
				_ = os.RemoveAll(file)
			}
		}
	}
}
