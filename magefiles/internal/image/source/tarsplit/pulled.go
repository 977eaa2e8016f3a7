package tarsplit

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// memory is where an engine notes which blobs it unpacked to a layer when it pulled them, or packed when it pushed. It computes both
// hashes itself.
type memory interface {
	blobs(ctx context.Context, files Files, layer v1.Hash) []v1.Hash
}

// Unpacked reports whether the engine itself found that a blob holds a layer.
func (s *Image) Unpacked(ctx context.Context, layer, blob v1.Hash) bool {
	return slices.Contains(s.at.memory.blobs(ctx, s.files, layer), blob)
}

// dockerMemory is a directory with a file for each layer: moby's distribution/metadata, v2_metadata_service.go.
type dockerMemory string

func (d dockerMemory) blobs(ctx context.Context, files Files, layer v1.Hash) []v1.Hash {
	content, err := files.entry(ctx, string(d), layer.Hex)
	if err != nil {
		return nil // of a layer that was built here there is none
	}
	var noted []struct {
		Digest v1.Hash
	}
	if json.Unmarshal(content, &noted) != nil {
		return nil
	}
	var blobs []v1.Hash
	for _, blob := range noted {
		if blob.Digest != (v1.Hash{}) {
			blobs = append(blobs, blob.Digest)
		}
	}
	return blobs
}

// podmanMemory is a file about all layers: containers/storage, layers.go. It is read once.
type podmanMemory struct {
	file string
	once sync.Once
	all  map[v1.Hash][]v1.Hash
}

func (p *podmanMemory) blobs(ctx context.Context, files Files, layer v1.Hash) []v1.Hash {
	p.once.Do(func() {
		if content, err := readAll(ctx, files, p.file); err == nil {
			p.all = podmansBlobs(content)
		}
	})
	return p.all[layer]
}

func podmansBlobs(content []byte) map[v1.Hash][]v1.Hash {
	var layers []struct {
		Plain  string `json:"diff-digest"`
		Packed string `json:"compressed-diff-digest"`
	}
	if json.Unmarshal(content, &layers) != nil {
		return nil
	}
	blobs := map[v1.Hash][]v1.Hash{}
	for _, layer := range layers {
		plain, err := v1.NewHash(layer.Plain)
		if err != nil {
			continue // nothing was unpacked to it
		}
		if packed, err := v1.NewHash(layer.Packed); err == nil {
			blobs[plain] = append(blobs[plain], packed)
		}
	}
	return blobs
}
