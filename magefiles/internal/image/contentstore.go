package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// contentStore is where containerd keeps images as registries do: each manifest, configuration and compressed layer in a
// file that its digest names. Docker engines since 29 keep theirs there, unless they are told otherwise, and an image's ID is
// the digest of its manifest or index. Source: containerd's docs/content-flow.md.
type contentStore struct {
	ctx   context.Context //nolint:containedctx // v1.Image's methods have no room for one
	files store
	blobs string // a directory
}

// contentStores are the places where a Docker engine's containerd may have it: one that the engine started itself, or that
// of the machine.
func contentStores(root string) []string {
	const content = "io.containerd.content.v1.content"
	return []string{
		filepath.Join(root, "containerd", "daemon", content, "blobs"),
		filepath.Join("/var/lib/containerd", content, "blobs"),
	}
}

// openContent opens an image, if its manifests and configurations are there and its layers are compressed.
func openContent(ctx context.Context, files store, blobs string, saved *savedImage) (*packedImage, error) {
	image := &packedImage{files: files, saved: saved}
	digest, err := v1.NewHash(saved.inspected.ID)
	if err == nil {
		err = (&contentStore{ctx, files, blobs}).open(image, digest)
	}
	if err != nil {
		return nil, errors.Join(err, files.close())
	}
	return image, nil
}

// open reads manifests and configurations into an image.
func (c *contentStore) open(image *packedImage, digest v1.Hash) error {
	raw, err := c.raw(digest)
	if err != nil {
		return err
	}
	var top struct {
		MediaType types.MediaType `json:"mediaType"`
	}
	if err := json.Unmarshal(raw, &top); err != nil {
		return err
	}
	if top.MediaType.IsIndex() {
		index := &storedIndex{c, digest, raw}
		image.index = index
		err = image.addAll(index)
	} else {
		err = image.add(c.image(raw))
	}
	return errors.Join(err, image.allCompressed())
}

// allCompressed fails if the image has layers that are not: it was loaded from an archive.
func (p *packedImage) allCompressed() error {
	layers, err := p.layers()
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
	content, err := readAll(c.ctx, c.files, c.path(digest))
	if err != nil {
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
