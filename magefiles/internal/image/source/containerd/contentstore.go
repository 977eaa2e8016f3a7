// Package containerd reads an image from containerd's content store, where Docker engines since version 29 keep theirs.
package containerd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/source"
)

// contentStore is where containerd keeps images as registries do: each manifest, configuration and compressed layer in a
// file that its digest names. Docker engines since 29 keep theirs there, unless they are told otherwise, and an image's ID is
// the digest of its manifest or index. Source: containerd's docs/content-flow.md.
type contentStore struct {
	ctx   context.Context //nolint:containedctx // v1.Image's methods have no room for one
	files Files
	blobs string // a directory
}

// contentStores are the two directories where it may be: that of a containerd which the Docker engine started, and that of the
// machine's containerd.
func contentStores(root string) []string {
	const content = "io.containerd.content.v1.content"
	return []string{
		filepath.Join(root, "containerd", "daemon", content, "blobs"),
		filepath.Join("/var/lib/containerd", content, "blobs"),
	}
}

// Files are the files of a content store.
type Files interface {
	File(ctx context.Context, path string) (io.ReadCloser, error)
	Close() error // waits until nothing is left of what was opened
	String() string
}

// Opener opens an image of a Docker engine that keeps its images in a content store. root is the engine's
// directory, id the image's.
func Opener(files Files, root, id string) source.Opener {
	return source.Opener{Name: files.String() + ", containerd", Open: func(ctx context.Context) (source.Image, error) {
		var failures []error
		for _, blobs := range contentStores(root) {
			image, err := openContent(ctx, files, blobs, id)
			if err == nil {
				return image, nil
			}
			failures = append(failures, err)
		}
		return nil, errors.Join(append(failures, files.Close())...)
	}}
}

// Image is an image in a content store.
type Image struct {
	*source.Manifests
	files Files
}

// Close leaves the store as it is.
func (i *Image) Close() error { return i.files.Close() }

// openContent opens an image, if its manifests and configurations are there and its layers are compressed.
func openContent(ctx context.Context, files Files, blobs, id string) (*Image, error) {
	digest, err := v1.NewHash(id)
	if err != nil {
		return nil, err
	}
	store := &contentStore{ctx, files, blobs}
	manifests, err := store.manifests(digest)
	if err != nil {
		return nil, err
	}
	return &Image{manifests, files}, allCompressed(manifests.Images())
}

// manifests reads the manifests and configurations of an image.
func (c *contentStore) manifests(digest v1.Hash) (*source.Manifests, error) {
	raw, err := c.raw(digest)
	if err != nil {
		return nil, err
	}
	var top struct {
		MediaType types.MediaType `json:"mediaType"`
	}
	if err := json.Unmarshal(raw, &top); err != nil {
		return nil, err
	}
	if top.MediaType.IsIndex() {
		return source.ReadIndex(&storedIndex{c, digest, raw})
	}
	image, err := c.image(raw)
	if err != nil {
		return nil, err
	}
	return source.ReadImage(image)
}

// allCompressed fails if a layer is not compressed. That is so for an image that was loaded from an archive.
func allCompressed(images []v1.Image) error {
	layers, err := source.LayersOf(images)
	if err != nil {
		return err
	}
	for _, layer := range layers {
		mediaType, err := layer.MediaType()
		if err != nil {
			return err
		}
		if mediaType == types.DockerUncompressedLayer || mediaType == types.OCIUncompressedLayer {
			return fmt.Errorf("a layer is not compressed: %s", mediaType)
		}
	}
	return nil
}

func (c *contentStore) path(digest v1.Hash) string {
	return filepath.Join(c.blobs, digest.Algorithm, digest.Hex)
}

// raw reads a manifest or a configuration.
func (c *contentStore) raw(digest v1.Hash) ([]byte, error) {
	file, err := c.files.File(c.ctx, c.path(digest))
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	if sum, _, err := v1.SHA256(bytes.NewReader(content)); err != nil || sum != digest {
		return nil, fmt.Errorf("what the engine has as %s is %s", digest, sum)
	}
	return content, nil
}

func (c *contentStore) image(raw []byte) (v1.Image, error) {
	manifest, err := v1.ParseManifest(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	configuration, err := c.raw(manifest.Config.Digest)
	if err != nil {
		return nil, err
	}
	return partial.CompressedToImage(&storedManifest{c, manifest, raw, configuration})
}
