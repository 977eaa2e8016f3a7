package push

import (
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/ui"
)

// noteworthy is the growth in bytes that is worth a line.
const noteworthy = 10 << 20

// growth says how much an image has grown against the last one, and by which instruction most: "+640 MB against the last
// image: layer 7, RUN conda install …". It is "" without a last image, and where next to nothing was added.
func growth(last map[v1.Hash]Blob, configuration []byte, layers []Blob) string {
	if len(last) == 0 {
		return ""
	}
	before, old := earlier(last)
	var now int64
	largest, size := 0, int64(0)
	for i, blob := range layers {
		now += blob.Size
		if !old[blob.Digest] && blob.Size > size {
			largest, size = i, blob.Size
		}
	}
	if now-before < noteworthy || size == 0 {
		return ""
	}
	return fmt.Sprintf("+%s against the last image: layer %d%s", ui.Bytes(now-before), largest+1, madeBy(configuration, largest))
}

// earlier is how many bytes the last image had, and which blobs.
func earlier(last map[v1.Hash]Blob) (size int64, blobs map[v1.Hash]bool) {
	blobs = map[v1.Hash]bool{}
	for _, blob := range last {
		size += blob.Size
		blobs[blob.Digest] = true
	}
	return size, blobs
}

// keep has the journal keep a pushed image. last is that of before, by its layers.
func (t *transfer) keep(pushed Pushed, last map[v1.Hash]Blob, written *manifest) {
	before, old := earlier(last)
	image := journal.Image{Name: t.hub, Reference: t.ref.String(), Digest: pushed.Digest, Size: pushed.Size, Sent: pushed.Sent, Before: before, Took: pushed.Took}
	for i, blob := range written.layers {
		image.Layers = append(image.Layers, journal.ImageLayer{
			Digest: blob.Digest.String(), By: strings.TrimPrefix(madeBy(written.configuration, i), ", "), Size: blob.Size,
			New: !old[blob.Digest], Sent: i < len(t.progress) && t.progress[i].sent.Load() > 0,
		})
	}
	t.Console.Journal.Image(image)
}

// madeBy names the instruction that made a layer, as the image's history has it.
func madeBy(configuration []byte, layer int) string {
	var described struct {
		History []v1.History `json:"history"`
	}
	if json.Unmarshal(configuration, &described) != nil {
		return ""
	}
	for _, entry := range described.History {
		if entry.EmptyLayer {
			continue
		}
		if layer == 0 {
			return ", " + content.Instruction(entry.CreatedBy)
		}
		layer--
	}
	return ""
}
