package image

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/ui"
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
	previous map[v1.Hash]Blob // of the image that was pushed last
	read     atomic.Int64     // bytes, uncompressed
	sent     atomic.Int64     // bytes, compressed
}

// run pushes layers first and the tag last, whatever form the image has.
func (t *transfer) run(ctx context.Context, replace bool) (Pushed, error) {
	var written *manifest
	var err error
	switch image := t.image.(type) {
	case *packedImage:
		written, err = t.packed(ctx, image)
	case unpacked:
		written, err = t.pack(ctx, image)
	default:
		err = fmt.Errorf("no way to read a %T", image)
	}
	if err != nil {
		return Pushed{}, err
	}
	if err := t.publish(ctx, written, replace); err != nil {
		return Pushed{}, err
	}
	if image, packed := t.image.(*packedImage); packed {
		if err := image.done(); err != nil {
			return Pushed{}, err
		}
	}
	return Pushed{Digest: written.digest.String(), Size: written.size, Sent: t.sent.Load(), Took: time.Since(t.started), Growth: growth(t.previous, t.image.configuration(), written.layers)}, nil
}

func (p *Pusher) newTransfer(ctx context.Context, hub string, ref name.Tag, image source) (*transfer, error) {
	t := &transfer{Pusher: p, hub: hub, ref: ref, image: image, started: time.Now()}
	t.options = append(p.Registry.options(ctx),
		remote.WithTransport(patient{remote.DefaultTransport}),
		remote.WithRetryBackoff(cmp.Or(p.Backoff, defaultBackoff)),
		remote.WithRetryStatusCodes(http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout),
	)
	var err error
	if t.diffIDs, err = diffIDsOf(image.configuration()); err != nil {
		return nil, err
	}
	if t.remote, err = remote.NewPusher(t.options...); err != nil {
		return nil, err
	}
	t.previous = t.last()
	return t, nil
}

// last reads which blobs the layers of the last image became. Without one there is nothing to reuse, and no error.
func (t *transfer) last() map[v1.Hash]Blob {
	image, err := remote.Image(t.ref.Context().Tag(cacheTag), t.options...)
	if err != nil {
		return nil
	}
	manifest, err := image.Manifest()
	if err != nil {
		return nil
	}
	configuration, err := image.RawConfigFile()
	if err != nil {
		return nil
	}
	diffIDs, err := diffIDsOf(configuration)
	if err != nil || len(diffIDs) != len(manifest.Layers) {
		return nil
	}
	blobs := map[v1.Hash]Blob{}
	for i, descriptor := range manifest.Layers {
		blobs[diffIDs[i]] = Blob{Digest: descriptor.Digest, Size: descriptor.Size, MediaType: descriptor.MediaType}
	}
	return blobs
}

// pack brings an image to the registry whose layers have to be compressed.
func (t *transfer) pack(ctx context.Context, image unpacked) (*manifest, error) {
	layers, err := t.layers(ctx, func(ctx context.Context, index int, diffID v1.Hash) (Blob, error) {
		return t.layer(ctx, image, index, diffID)
	})
	if err != nil {
		return nil, err
	}
	return newManifest(image.configuration(), layers)
}

// packed brings an image to the registry as it is.
func (t *transfer) packed(ctx context.Context, image *packedImage) (*manifest, error) {
	layers, err := image.image.Layers()
	if err != nil {
		return nil, err
	}
	_, err = t.layers(ctx, func(ctx context.Context, index int, _ v1.Hash) (Blob, error) {
		blob, err := blobOf(layers[index])
		if err != nil || t.there(t.ref.Context(), blob) {
			return blob, err
		}
		if known, found := t.Blobs.Find(t.diffIDs[index]); found && known.Digest == blob.Digest && t.mount(ctx, known) {
			return blob, nil
		}
		return blob, t.remote.Upload(ctx, t.ref.Context(), counted{layers[index], &t.sent})
	})
	if err != nil {
		return nil, err
	}
	return asManifest(image.image)
}

// layers brings every layer to the registry, a few at once, and returns what each became.
func (t *transfer) layers(ctx context.Context, bring func(ctx context.Context, index int, diffID v1.Hash) (Blob, error)) ([]Blob, error) {
	blobs := make([]Blob, len(t.diffIDs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(layersAtOnce)
	for i, diffID := range t.diffIDs {
		group.Go(func() error {
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

// layer makes sure that the repository has the layer, by the cheapest way that works.
func (t *transfer) layer(ctx context.Context, image unpacked, index int, diffID v1.Hash) (Blob, error) {
	if blob, known := t.previous[diffID]; known && t.there(t.ref.Context(), blob) {
		return blob, nil
	}
	if blob, known := t.Blobs.Find(diffID); known {
		if t.there(t.ref.Context(), blob) || t.mount(ctx, blob) {
			return blob, nil
		}
	}
	packed := &layer{ctx: ctx, source: image, index: index, diffID: diffID, read: &t.read, sent: &t.sent}
	if err := t.remote.Upload(ctx, t.ref.Context(), packed); err != nil {
		return Blob{}, err
	}
	return blobOf(packed)
}

// there reports whether a repository has the blob: one HEAD.
func (t *transfer) there(repository name.Repository, blob Blob) bool {
	known, err := remote.Layer(repository.Digest(blob.Digest.String()), t.options...)
	if err != nil {
		return false
	}
	size, err := known.Size() // which asks
	return err == nil && size == blob.Size
}

// mount makes the registry take the blob from another of its repositories: where it cannot, it is copied from there,
// which still saves compressing it.
func (t *transfer) mount(ctx context.Context, blob Blob) bool {
	for _, seen := range blob.Repositories {
		from, err := name.NewRepository(seen)
		if err != nil || from.RegistryStr() != t.ref.RegistryStr() || from.Name() == t.ref.Context().Name() || !t.there(from, blob) {
			continue
		}
		reference := from.Digest(blob.Digest.String())
		known, err := remote.Layer(reference, t.options...)
		if err != nil {
			continue
		}
		if t.remote.Upload(ctx, t.ref.Context(), &remote.MountableLayer{Layer: known, Reference: reference}) == nil {
			return true
		}
	}
	return false
}

// report says every five seconds how far the push is.
func (t *transfer) report() (stop func()) {
	done := make(chan struct{})
	go func() {
		const every = 5 * time.Second
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for before := int64(0); ; {
			select {
			case <-done:
				return
			case <-ticker.C:
				sent := t.sent.Load()
				t.Console.Info(t.hub, "pushing: %s read, %s sent, %s/s", ui.Bytes(t.read.Load()), ui.Bytes(sent), ui.Bytes((sent-before)/int64(every/time.Second)))
				before = sent
			}
		}
	}()
	return func() { close(done) }
}
