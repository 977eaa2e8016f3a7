package image

import (
	"context"
	"strings"

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

// toCompress tells which layers the engine would compress to hand the image over: those that the destination lacks, and
// those that it has but the engine does not know the compressed form of, because it neither pulled nor pushed them.
func (t *transfer) toCompress(ctx context.Context, image *distantImage, found []Blob) []bool {
	pulled := image.pulled(ctx)
	compress := make([]bool, len(found))
	for i, blob := range found {
		diffID := t.diffIDs[i]
		_, compressed := t.Blobs.OfEngine(diffID, image.engine)
		compress[i] = !blob.there() || !pulled[diffID] && !compressed
	}
	return compress
}

// pulled returns the layers of all images that the engine pulled or pushed: it knows their digests. If it does not say,
// there are none.
func (c *cli) pulled(ctx context.Context) map[v1.Hash]bool {
	layers := map[v1.Hash]bool{}
	out, err := c.output(ctx, "image", "ls", "--digests", "--no-trunc", "--format", "{{.ID}} {{.Digest}}")
	if err != nil {
		return layers
	}
	var ids []string
	for line := range strings.Lines(out) {
		if id, digest, found := strings.Cut(strings.TrimSpace(line), " "); found && digest != "<none>" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return layers
	}
	inspect := []string{"image", "inspect", "--format", "{{range .RootFS.Layers}}{{.}} {{end}}"}
	if out, err = c.output(ctx, append(inspect, ids...)...); err != nil {
		return layers
	}
	for field := range strings.FieldsSeq(out) {
		if hash, err := v1.NewHash(field); err == nil {
			layers[hash] = true
		}
	}
	return layers
}
