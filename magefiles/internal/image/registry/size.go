package registry

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Size returns how many bytes the layers of a hub's image at a tag have, compressed; of an image for several platforms those of one. It is 0 for
// an image that the registry does not have.
func (r Registry) Size(ctx context.Context, hub, tag string) (int64, error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	image, err := remote.Image(ref, r.questions(ctx)...)
	if StatusOf(err) == http.StatusNotFound {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("asking how large %s is: %w", ref, err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		return 0, fmt.Errorf("asking how large %s is: %w", ref, err)
	}
	var size int64
	for _, layer := range manifest.Layers {
		size += layer.Size
	}
	return size, nil
}
