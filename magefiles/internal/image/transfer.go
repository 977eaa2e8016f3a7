package image

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
)

// layersAtOnce is how many layers are on their way at a time. Compression is parallel within a layer; a second one
// keeps the cores busy while the first waits for the network.
const layersAtOnce = 3

// defaultBackoff makes four tries more, over twenty seconds.
var defaultBackoff = remote.Backoff{Duration: 500 * time.Millisecond, Factor: 3, Jitter: 0.3, Steps: 5}

// transfer is one push.
type transfer struct {
	*Pusher
	hub      string
	ref      name.Tag
	image    source
	started  time.Time
	diffIDs  []v1.Hash
	options  []remote.Option
	remote   *remote.Pusher
	previous func() map[v1.Hash]Blob // of the image that was pushed last
	base     func() map[v1.Hash]Blob // of the image that this one is built on
	progress []progress              // of each layer
	mounted  atomic.Int64            // layers that came from other repositories
	copied   atomic.Int64            // bytes of such layers that passed through here
}

// run pushes layers first and the tag last, whatever form the image has.
func (t *transfer) run(ctx context.Context, replace bool) (Pushed, error) {
	written, err := t.bring(ctx)
	if err != nil {
		return Pushed{}, err
	}
	if _, packed := t.image.(*packedImage); !packed { // one that is packed was measured when it was built
		if err := t.Checks.CheckSize(t.hub, written.size); err != nil {
			return Pushed{}, err
		}
	}
	if err := t.publish(ctx, written, replace); err != nil {
		return Pushed{}, err
	}
	if image, packed := t.image.(*packedImage); packed {
		if err := image.done(); err != nil {
			return Pushed{}, err
		}
	}
	return Pushed{
		Digest: written.digest.String(), Size: written.size, Sent: t.sent(), Took: time.Since(t.started),
		Growth: growth(t.previous(), written.configuration, written.layers),
	}, nil
}

// bring makes sure that the repository has every layer, and returns the manifest that says so.
func (t *transfer) bring(ctx context.Context) (*manifest, error) {
	switch image := t.image.(type) {
	case *packedImage:
		return t.packed(ctx, image)
	case *distantImage:
		return t.fetch(ctx, image)
	case unpacked:
		found, missing := t.find(ctx)
		t.findings(found, missing)
		return t.pack(ctx, image, found)
	}
	return nil, fmt.Errorf("no way to read a %T", t.image)
}

func (p *Pusher) newTransfer(ctx context.Context, hub string, ref name.Tag, image source) (*transfer, error) {
	t := &transfer{Pusher: p, hub: hub, ref: ref, image: image, diffIDs: image.about().diffIDs, started: time.Now()}
	t.progress = make([]progress, len(t.diffIDs))
	t.options = append(p.Registry.options(ctx),
		remote.WithTransport(patient{headless{replayed{watched{remote.DefaultTransport, cmp.Or(p.Silence, longestSilence)}}}}),
		remote.WithRetryPredicate(worthAnotherTry),
		remote.WithRetryBackoff(cmp.Or(p.Backoff, defaultBackoff)),
		remote.WithRetryStatusCodes(http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout),
	)
	t.previous = sync.OnceValue(func() map[v1.Hash]Blob { return t.blobsOf(ctx, t.ref.Context().Tag(cacheTag)) })
	t.base = sync.OnceValue(func() map[v1.Hash]Blob { return t.blobsOf(ctx, t.baseReference()) })
	var err error
	t.remote, err = remote.NewPusher(t.options...)
	return t, err
}

// pack brings an image to the registry whose layers have to be compressed, but for those that were found.
func (t *transfer) pack(ctx context.Context, image unpacked, found []Blob) (*manifest, error) {
	layers, err := t.layers(ctx, found, func(ctx context.Context, index int, diffID v1.Hash) (Blob, error) {
		packed := &layer{ctx: ctx, source: image, index: index, diffID: diffID, progress: &t.progress[index], compression: t.Compression}
		if err := t.remote.Upload(ctx, t.ref.Context(), packed); err != nil {
			return Blob{}, err
		}
		return blobOf(packed)
	})
	if err != nil {
		return nil, err
	}
	return newManifest(image.configuration(), layers)
}

// packed brings an image to the registry as it is.
func (t *transfer) packed(ctx context.Context, image *packedImage) (*manifest, error) {
	layers, err := image.layers()
	if err != nil {
		return nil, err
	}
	anywhere := t.anywhere(ctx)
	_, err = t.layers(ctx, nil, func(ctx context.Context, index int, _ v1.Hash) (Blob, error) {
		blob, err := blobOf(layers[index])
		if err != nil {
			return blob, err
		}
		if _, there := anywhere(blob.Digest); there {
			return blob, nil
		}
		return blob, t.remote.Upload(ctx, t.ref.Context(), counted{layers[index], &t.progress[index].sent})
	})
	if err != nil {
		return nil, err
	}
	if image.index != nil { // which knows what else belongs to it: configurations, manifests, attestations
		digest, err := image.index.Digest()
		if err != nil {
			return nil, err
		}
		if err := t.remote.Push(ctx, t.ref.Context().Digest(digest.String()), image.index); err != nil {
			return nil, err
		}
	}
	return asManifest(image)
}

// layers brings every layer to the registry that was not found there, a few at once, and returns what each became.
func (t *transfer) layers(ctx context.Context, found []Blob, bring func(ctx context.Context, index int, diffID v1.Hash) (Blob, error)) ([]Blob, error) {
	blobs := make([]Blob, len(t.diffIDs))
	copy(blobs, found)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(layersAtOnce)
	for i, diffID := range t.diffIDs {
		if blobs[i].there() {
			t.Blobs.Remember(diffID, blobs[i], t.ref.Context().Name())
			continue
		}
		group.Go(func() error {
			t.progress[i].begin()
			defer t.finished(i)
			blob, err := bring(ctx, i, diffID)
			if err != nil {
				return fmt.Errorf("layer %d of %d: %w", i+1, len(t.diffIDs), err)
			}
			blobs[i] = blob
			t.Blobs.Remember(diffID, blob, t.ref.Context().Name())
			return nil
		})
	}
	return blobs, group.Wait()
}
