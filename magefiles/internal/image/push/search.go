package push

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// finding is the search for an image's layers in the registry. A layer that is missing is sent while the search for the others
// goes on, because a registry may take long to say that it has a blob.
type finding struct {
	blobs []Blob          // of the layers; zero: to be sent
	known []chan struct{} // closed when that is known of a layer
	ended chan struct{}   // closed when it is known of all, and reported
}

// find looks for every layer of the image: among those of the hub's last image, among what was ever pushed from here,
// and in the image that this one is built on. What another repository has is mounted, or copied as it stands.
func (t *transfer) find(ctx context.Context) *finding {
	f := &finding{blobs: make([]Blob, len(t.diffIDs)), ended: make(chan struct{})}
	for range t.diffIDs {
		f.known = append(f.known, make(chan struct{}))
	}
	go func() {
		defer close(f.ended)
		group, asking := errgroup.WithContext(ctx)
		group.SetLimit(questionsAtOnce)
		for i, diffID := range t.diffIDs {
			group.Go(func() error {
				defer close(f.known[i])
				f.blobs[i] = t.findLayer(asking, diffID)
				return nil
			})
		}
		_ = group.Wait()      // no error: a layer that cannot be found is sent
		if ctx.Err() == nil { // a search that was given up has found nothing out
			t.findings(f.blobs)
		}
	}()
	return f
}

// nothingFound is a search that ended without a result: each layer is brought on its own.
func nothingFound(layers int) *finding {
	f := &finding{blobs: make([]Blob, layers), ended: make(chan struct{})}
	close(f.ended)
	for range layers {
		f.known = append(f.known, f.ended)
	}
	return f
}

// layer waits until it is known whether the registry has a layer. If not, the blob is zero.
func (f *finding) layer(ctx context.Context, index int) (Blob, error) {
	select {
	case <-f.known[index]:
		return f.blobs[index], nil
	case <-ctx.Done():
		return Blob{}, ctx.Err()
	}
}

// all waits until it is known of all layers.
func (f *finding) all() []Blob {
	<-f.ended
	return f.blobs
}

// there waits until it is known of all layers, and says which ones the registry has.
func (f *finding) there() []bool {
	there := make([]bool, len(f.blobs))
	for i, blob := range f.all() {
		there[i] = blob.there()
	}
	return there
}
