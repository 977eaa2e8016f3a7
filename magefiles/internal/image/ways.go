package image

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// What the two ways out of an engine do in a second, in uncompressed bytes: measured with engine 20.10 on two cores, and
// used for their ratio.
const (
	engineCompresses = 32 << 20
	engineSaves      = 110 << 20
	weCompress       = 180 << 20
)

// worthSaving reports whether an engine has saved the whole image sooner than it has compressed what it would have to
// compress. sizes are those of what the image's instructions added, in bytes, the last one first; which layer each made
// is not told, so they are counted from the end. compress says which layers, from the base up, the engine would compress.
func worthSaving(sizes []int64, compress []bool) bool {
	var all, wanted int64
	for n, size := range sizes {
		all += size
		if layer := len(compress) - 1 - n; layer >= 0 && compress[layer] {
			wanted += size
		}
	}
	pushed := float64(wanted) / engineCompresses
	saved := float64(all)/engineSaves + float64(wanted)/weCompress
	return saved < pushed
}

// worthHandingOver reports whether the engine is to hand over what is new, rather than save everything.
func worthHandingOver(ctx context.Context, image *distantImage, compress []bool) (bool, error) {
	if image.fast {
		return true, nil
	}
	sizes, err := image.sizes(ctx, image.reference)
	return !worthSaving(sizes, compress), err
}

// toCompress tells which layers the engine would compress to hand the image over: those that the destination lacks, and
// those that it has but the engine does not know the compressed form of, because it neither pulled nor pushed them.
func (t *transfer) toCompress(ctx context.Context, image *distantImage, there []bool) []bool {
	var pulled map[v1.Hash]bool
	if !image.fast { // one that is need not be asked: it has compressed a layer sooner than it says so
		pulled = image.pulled(ctx)
	}
	compress := make([]bool, len(there))
	for i, diffID := range t.diffIDs {
		_, compressed := t.Blobs.OfEngine(diffID, image.engine)
		compress[i] = !there[i] || !pulled[diffID] && !compressed
	}
	return compress
}

// pulled returns the layers of all images that the engine pulled or pushed: it knows their digests. If it does not say,
// there are none.
func (i *distantImage) pulled(ctx context.Context) map[v1.Hash]bool {
	layers := map[v1.Hash]bool{}
	ids, err := i.images(ctx)
	if err != nil {
		return layers
	}
	diffIDs, err := i.diffIDs(ctx, ids)
	if err != nil {
		return layers
	}
	for _, diffID := range diffIDs {
		layers[diffID] = true
	}
	return layers
}
