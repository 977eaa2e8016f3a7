package registry

import (
	"context"
	"net/http"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Last returns the image of a hub that was pushed last, for the registry's default platform; nil if there is none. A connected
// registry is asked once a run: what is taken from that image spares work, and decides nothing.
func (r Registry) Last(ctx context.Context, hub string) (v1.Image, error) {
	if r.last == nil {
		return r.askLast(ctx, hub)
	}
	r.last.mu.Lock()
	defer r.last.mu.Unlock()
	if image, known := r.last.images[hub]; known {
		return image, nil
	}
	image, err := r.askLast(ctx, hub)
	if err == nil {
		r.last.images[hub] = image
	}
	return image, err
}

// lastImages are those that were asked for.
type lastImages struct {
	mu     sync.Mutex
	images map[string]v1.Image // by hub; nil: there is none
}

func (r Registry) askLast(ctx context.Context, hub string) (v1.Image, error) {
	ref, err := r.Reference(hub, CacheTag)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	image, err := remote.Image(ref, r.questions(ctx)...)
	switch {
	case StatusOf(err) == http.StatusNotFound:
		return nil, nil //nolint:nilnil // there is none, and that is no error
	case err != nil:
		return nil, r.explain(ref, err)
	}
	_, err = image.RawConfigFile() // which is kept, and needs this context
	return image, err
}
