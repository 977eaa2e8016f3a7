package image

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/run"
)

// distantImage is an image in an engine whose files cannot be read: the engine belongs to another user, is on another
// machine, or keeps its images in another way. There are two ways to it, and neither is best for all.
//
// docker save writes the whole image, whatever is wanted of it, and fast. docker push asks which layers are wanted, and
// compresses those on one core each. So a whole image is saved, and a layer on a base that the registry has is pushed:
// to a registry of our own on loopback, that takes only what the destination lacks.
type distantImage struct {
	operations
	cli       *cli   // which saves
	engine    string // its ID
	hub       string
	reference string
	inspected inspected
	fast      bool // the engine compresses as fast as we do
}

func (i *distantImage) about() about { return i.inspected.about() }

func (i *distantImage) close() error { return nil }

// save has the engine write the whole image, of which the layers that are not there are kept. Where that is every one, they
// are sent while they arrive.
func (i *distantImage) save(ctx context.Context, there []bool, send sender) (*saved, error) {
	dir, err := os.MkdirTemp(i.cli.Scratch, "saved-")
	if err != nil {
		return nil, err
	}
	wanted := func(index int) bool { return !there[index] }
	if slices.Contains(there, true) {
		send = nil
	}
	return receiving(ctx, i.about(), dir, wanted, send, func(ctx context.Context, to io.Writer) error {
		return i.cli.Run.Run(ctx, run.Cmd{Name: i.cli.program, Args: []string{"save", i.reference}, Prefix: i.hub, Env: i.cli.env, Stdout: to})
	})
}

// fetch brings what the registry lacks of the image there, by the faster way. What decides is what the registry should
// have, and again if it turns out to have less: until it has answered the engine is at work.
func (t *transfer) fetch(ctx context.Context, image *distantImage) (*manifest, error) {
	found := t.find(ctx)
	written, err := t.fetchLacking(ctx, image, found, t.expected())
	if errors.Is(err, errLess) {
		written, err = t.fetchLacking(ctx, image, found, found.there())
	}
	return written, err
}

// fetchLacking brings the layers to the registry that it is not expected to have.
func (t *transfer) fetchLacking(ctx context.Context, image *distantImage, found *finding, expected []bool) (*manifest, error) {
	compress := t.toCompress(ctx, image, expected)
	handOver, err := worthHandingOver(ctx, image, compress)
	if err != nil {
		return nil, err
	}
	if handOver {
		written, err := t.handOver(ctx, image, found, expected, compress)
		if !errors.Is(err, errNotHandedOver) {
			return written, err
		}
		t.Console.Info(t.hub, "%v", err)
	}
	t.Console.Info(t.hub, "the engine saves the whole image")
	saved, err := image.save(ctx, found.there(), t.sendEarly)
	if err != nil {
		return nil, err
	}
	defer func() { _ = saved.close() }()
	return t.pack(ctx, saved, found)
}

var (
	// errNotHandedOver is an engine that does not push to the registry on loopback: it may be on another machine.
	errNotHandedOver = errors.New("the engine does not hand over its new layers")
	// errLess is a registry that lacks layers that were pushed to it once.
	errLess = errors.New("the registry has fewer layers than it should")
)

// handOver has the engine push to a registry on loopback, which sends on what arrives. It fails with errLess if the
// destination has less than is expected.
func (t *transfer) handOver(ctx context.Context, image *distantImage, found *finding, expected, compress []bool) (written *manifest, err error) {
	hand, err := newHandover(image.cli.Scratch, t.known(ctx, image, found))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hand.close()) }()
	ctx, hand.stop = context.WithCancel(ctx)
	defer hand.stop()
	hand.sendOn = t.sendOn(ctx, expected, compress)
	go func() {
		if found.lacks(expected) {
			hand.refuse(errLess)
		}
	}()
	t.Console.Info(t.hub, "the engine hands over what is new")
	if err := hand.take(ctx, image); err != nil {
		if err := cmp.Or(hand.refusal(), ctx.Err()); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", errNotHandedOver, err)
	}
	if found.lacks(expected) { // or a layer that was not sent on would count as one that the destination has
		return nil, errLess
	}
	return t.handedOver(ctx, hand, image, found)
}

// sendOn sends a layer on while it arrives, if it can only be one that the destination lacks. Where the engine may also hand
// over one that the destination has in other bytes, it is waited for, to see which it is.
func (t *transfer) sendOn(ctx context.Context, expected, compress []bool) func(v1.Layer) error {
	lacking, doubtful := map[v1.Hash]bool{}, false
	for i, diffID := range t.diffIDs {
		lacking[diffID] = !expected[i]
		doubtful = doubtful || expected[i] && compress[i]
	}
	return func(layer v1.Layer) error {
		if doubtful {
			if diffID, err := layer.DiffID(); err != nil || !lacking[diffID] {
				return err
			}
		}
		return t.remote.Upload(ctx, t.ref.Context(), layer)
	}
}

// handedOver makes sure that what the engine handed over is the image, and has reached the destination. found are the
// layers that it need not have handed over.
func (t *transfer) handedOver(ctx context.Context, hand *handover, image *distantImage, found *finding) (*manifest, error) {
	configuration, err := t.handedConfiguration(hand)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	layers, err := t.layers(ctx, found, atOnce, func(_ context.Context, index int, diffID v1.Hash) (Blob, error) {
		made := hand.manifest.Layers[index]
		layer, err := hand.layer(made.Digest, diffID)
		if err != nil {
			return Blob{}, err
		}
		if layer != nil {
			t.progress[index].started.Store(layer.started.UnixNano())
			if err := layer.sentOn(); err != nil {
				return Blob{}, err
			}
			t.progress[index].sent.Store(made.Size)
		}
		return Blob{Digest: made.Digest, Size: made.Size, MediaType: made.MediaType}, nil
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
func (t *transfer) known(ctx context.Context, image *distantImage, found *finding) func(digest v1.Hash) (size int64, known bool) {
	anywhere := t.anywhere(ctx)
	return func(digest v1.Hash) (int64, bool) {
		for i, blob := range found.all() {
			made, _ := t.Blobs.OfEngine(t.diffIDs[i], image.engine)
			if blob.there() && (blob.Digest == digest || made == digest) {
				return blob.Size, true
			}
		}
		return anywhere(digest)
	}
}

// handedConfiguration reads the image's configuration. The engine keeps it to itself where the destination has it.
func (t *transfer) handedConfiguration(hand *handover) ([]byte, error) {
	digest := hand.manifest.Config.Digest
	if blob := hand.arrived(digest); blob != nil {
		return os.ReadFile(blob.file.Name()) // #nosec G304 -- in our own directory
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
