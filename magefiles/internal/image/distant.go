package image

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// distantImage is an image in an engine whose files cannot be read: the engine belongs to another user, is on another
// machine, or keeps its images in another way. There are two ways to it, and neither is best for all.
//
// docker save writes the whole image, whatever is wanted of it, and fast. docker push asks which layers are wanted, and
// compresses those on one core each. So a whole image is saved, and a layer on a base that the registry has is pushed:
// to a registry of our own on loopback, that takes only what the destination lacks.
type distantImage struct {
	*cli
	engine    string // its ID
	hub       string
	reference string
	inspected inspected
	sizes     []int64  // bytes, uncompressed, of what the instructions added, the last one first
	insecure  []string // arguments with which the engine pushes to a registry without TLS
	fast      bool     // the engine compresses as fast as we do
}

func (i *distantImage) about() about { return i.inspected.about() }

func (i *distantImage) close() error { return nil }

// save has the engine write the whole image.
func (i *distantImage) save(ctx context.Context) (*archive, error) {
	file := filepath.Join(i.Scratch, "image-"+i.hub+".tar")
	if err := i.run(ctx, i.hub, "", "save", "--output", file, i.reference); err != nil {
		return nil, err
	}
	return openArchive(file)
}

// fetch brings what the registry lacks of the image there, by the faster way.
func (t *transfer) fetch(ctx context.Context, image *distantImage) (*manifest, error) {
	found, missing := t.find(ctx)
	t.findings(found, missing)
	if image.fast || !worthSaving(image.sizes, t.toCompress(ctx, image, found)) {
		hand, err := newHandover(image.Scratch, t.known(ctx, image, found))
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(hand.dir) }()
		t.Console.Info(t.hub, "the engine hands over what is new")
		if err = hand.take(ctx, image); err == nil {
			return t.handOn(ctx, hand, image, found)
		}
		if ctx.Err() != nil {
			return nil, err
		}
		t.Console.Info(t.hub, "the engine does not hand over its new layers: %v", err)
	}
	t.Console.Info(t.hub, "the engine saves the whole image")
	saved, err := image.save(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = saved.close() }()
	return t.pack(ctx, saved, found)
}

// handOn sends on what the engine handed over. found are the layers that it need not have handed over.
func (t *transfer) handOn(ctx context.Context, hand *handover, image *distantImage, found []Blob) (*manifest, error) {
	configuration, err := t.handedConfiguration(hand)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	layers, err := t.layers(ctx, found, func(ctx context.Context, index int, diffID v1.Hash) (Blob, error) {
		made := hand.manifest.Layers[index]
		layer, err := hand.layer(made.Digest, diffID)
		if err != nil {
			return Blob{}, err
		}
		if layer != nil {
			err = t.remote.Upload(ctx, t.ref.Context(), counted{layer, &t.progress[index].sent})
		}
		return Blob{Digest: made.Digest, Size: made.Size, MediaType: made.MediaType}, err
	})
	if err != nil {
		return nil, err
	}
	for i, made := range hand.manifest.Layers {
		t.Blobs.RememberEngine(t.diffIDs[i], image.engine, made.Digest)
	}
	return newManifest(configuration, layers)
}

// known tells of a blob that the engine asks for whether it need not hand it over: because the destination has it, or
// has the same layer as it was compressed by somebody else.
func (t *transfer) known(ctx context.Context, image *distantImage, found []Blob) func(digest v1.Hash) (size int64, known bool) {
	anywhere := t.anywhere(ctx)
	return func(digest v1.Hash) (int64, bool) {
		for i, blob := range found {
			if made, compressed := t.Blobs.OfEngine(t.diffIDs[i], image.engine); compressed && made == digest && blob.there() {
				return blob.Size, true
			}
		}
		return anywhere(digest)
	}
}

// handedConfiguration reads the image's configuration. The engine keeps it to itself where the destination has it.
func (t *transfer) handedConfiguration(hand *handover) ([]byte, error) {
	digest := hand.manifest.Config.Digest
	if file := hand.file(digest); file != "" {
		return os.ReadFile(file) // #nosec G304 -- in our own directory
	}
	there, err := remote.Layer(t.ref.Context().Digest(digest.String()), t.options...)
	if err != nil {
		return nil, err
	}
	content, err := there.Compressed() // which it is not; its hash is checked
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	return io.ReadAll(content)
}
