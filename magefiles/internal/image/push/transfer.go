package push

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/transport"
)

// layersAtOnce is how many layers are sent at a time. Compression uses all cores for one layer; others keep the cores busy
// while that one waits for the network.
const layersAtOnce = 3

// transfer is one push.
type transfer struct {
	*Pusher
	hub      string
	ref      name.Tag
	image    source.Image
	started  time.Time
	diffIDs  []v1.Hash
	options  []remote.Option
	remote   *remote.Pusher
	previous func() *claims // of the image that was pushed last
	base     func() *claims // of the image that this one is built on
	checks   *semaphore.Weighted
	progress []progress   // of each layer
	missing  atomic.Int64 // layers that the registry has not
	mounted  atomic.Int64 // layers that came from other repositories
	copied   atomic.Int64 // bytes of such layers that passed through here
	checked  atomic.Int64 // bytes of layers that were read from the registry to see what they are
}

// run pushes layers first and the tag last, whatever form the image has.
func (t *transfer) run(ctx context.Context, existing Existing) (Pushed, error) {
	written, err := t.bring(ctx)
	if err != nil {
		return Pushed{}, err
	}
	if t.CheckSize != nil {
		if err := t.CheckSize(t.hub, written.largest); err != nil {
			return Pushed{}, err
		}
	}
	if err := t.publish(ctx, written, existing); err != nil {
		return Pushed{}, err
	}
	if image, kept := t.image.(source.Kept); kept {
		if err := image.Pushed(); err != nil { // the image is in the registry
			t.Console.Problem(t.hub, "what was pushed stays on this machine: %v", err)
		}
	}
	pushed := Pushed{Digest: written.digest.String(), Size: written.size, Sent: t.sent(), Took: time.Since(t.started)}
	last := t.previous().all() // before the tag moves on
	if t.moveCacheTag(ctx, written) {
		pushed.Growth = growth(last, written.configuration, written.layers)
	}
	t.keep(pushed, last, written)
	return pushed, nil
}

// bring makes sure that the repository has every layer, and returns the manifest that says so.
func (t *transfer) bring(ctx context.Context) (*manifest, error) {
	switch image := t.image.(type) {
	case source.Compressed:
		return t.packed(ctx, image)
	case source.Uncompressed:
		return t.pack(ctx, image)
	}
	return nil, fmt.Errorf("no way to push a %T", t.image)
}

func (p *Pusher) newTransfer(ctx context.Context, hub string, ref name.Tag, image source.Image) (*transfer, error) {
	t := &transfer{Pusher: p, hub: hub, ref: ref, image: image, diffIDs: image.About().DiffIDs, started: time.Now(), checks: semaphore.NewWeighted(layersAtOnce)}
	t.progress = make([]progress, len(t.diffIDs))
	t.options = append(p.Registry.Options(ctx), transport.Settings{Backoff: p.Backoff, Stall: p.StallTimeout, Resumed: t.goesOn}.Options()...)
	t.previous = sync.OnceValue(func() *claims { return t.claimsOfLast(ctx) })
	t.base = sync.OnceValue(func() *claims { return t.claimsOf(ctx, t.baseReference()) })
	t.options = append(t.options, p.Registry.Shared()...)
	var err error
	t.remote, err = remote.NewPusher(t.options...)
	return t, err
}

// pack compresses and sends the layers that the registry lacks, and makes a manifest.
func (t *transfer) pack(ctx context.Context, image source.Uncompressed) (*manifest, error) {
	found, ready := t.find(ctx), atOnce
	if arriving, is := image.(source.Arriving); is {
		there := found.there()
		if err := arriving.Begin(ctx, func(index int) bool { return !there[index] }); err != nil {
			return nil, err
		}
		ready = arriving.Ready
	}
	layers, err := t.layers(ctx, found, ready, func(ctx context.Context, index int, diffID v1.Hash) (Blob, error) {
		write := func(ctx context.Context, w io.Writer) error { return image.WriteLayer(ctx, index, w) }
		packed := t.Compression.Layer(ctx, diffID, write, &t.progress[index].read, &t.progress[index].sent)
		if err := t.remote.Upload(ctx, t.ref.Context(), packed); err != nil {
			return Blob{}, err
		}
		return blobOf(packed)
	})
	if err != nil {
		return nil, err
	}
	configuration, err := image.Configuration(ctx)
	if err != nil {
		return nil, err
	}
	return newManifest(configuration, layers)
}

// packed sends the blobs that the registry lacks, as they are.
func (t *transfer) packed(ctx context.Context, image source.Compressed) (*manifest, error) {
	layers, err := source.LayersOf(image.Images())
	if err != nil {
		return nil, err
	}
	anywhere := t.anywhere(ctx)
	_, err = t.layers(ctx, nothingFound(len(t.diffIDs)), atOnce, func(ctx context.Context, index int, _ v1.Hash) (Blob, error) {
		blob, err := blobOf(layers[index])
		blob.unproven = true
		if err != nil {
			return blob, err
		}
		if _, there := anywhere(blob.Digest); there {
			return blob, nil
		}
		return blob, t.remote.Upload(ctx, t.ref.Context(), count(layers[index], &t.progress[index].sent))
	})
	if err != nil {
		return nil, err
	}
	if index := image.Index(); index != nil { // with all that it refers to: configurations, manifests, attestations
		digest, err := index.Digest()
		if err != nil {
			return nil, err
		}
		if err := t.remote.Push(ctx, t.ref.Context().Digest(digest.String()), index); err != nil {
			return nil, err
		}
	}
	return asManifest(image)
}

// atOnce is for layers that can be read at once.
func atOnce(context.Context, int) error { return nil }

// layers brings every layer to the registry that is not found there, a few at once and in the order in which they are
// ready, and returns what each became.
func (t *transfer) layers(ctx context.Context, found *finding, ready func(ctx context.Context, index int) error,
	bring func(ctx context.Context, index int, diffID v1.Hash) (Blob, error),
) ([]Blob, error) {
	blobs := make([]Blob, len(t.diffIDs))
	turns := semaphore.NewWeighted(layersAtOnce)
	group, ctx := errgroup.WithContext(ctx)
	for i, diffID := range t.diffIDs {
		group.Go(func() (err error) {
			if blobs[i], err = found.layer(ctx, i); err == nil && !blobs[i].there() {
				blobs[i], err = t.layer(ctx, turns, i, ready, bring)
			}
			if err == nil {
				t.Blobs.Remember(diffID, blobs[i], t.ref.Context().Name())
			}
			return err
		})
	}
	err := group.Wait()
	if err == nil {
		found.all() // and reported
	}
	return blobs, err
}

// layer brings one layer to the registry, when it is ready and its turn has come.
func (t *transfer) layer(ctx context.Context, turns *semaphore.Weighted, index int, ready func(ctx context.Context, index int) error,
	bring func(ctx context.Context, index int, diffID v1.Hash) (Blob, error),
) (Blob, error) {
	if err := ready(ctx, index); err != nil {
		return Blob{}, err
	}
	if err := turns.Acquire(ctx, 1); err != nil {
		return Blob{}, err
	}
	defer turns.Release(1)
	t.progress[index].begin()
	defer t.finished(index)
	blob, err := bring(ctx, index, t.diffIDs[index])
	if err != nil {
		return Blob{}, fmt.Errorf("layer %d of %d: %w", index+1, len(t.diffIDs), err)
	}
	return blob, nil
}
