package registry

import (
	"context"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/content"
)

// configuration reads the configuration of an image in the registry.
func (r Registry) configuration(ctx context.Context, hub, tag string) (*v1.ConfigFile, error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	image, err := remote.Image(ref, r.questions(ctx)...)
	if err != nil {
		return nil, err
	}
	return image.ConfigFile()
}

// Label returns what a label of the image at a tag says, "" if the image has none of that name. Of an image for several platforms it is the
// default platform's.
func (r Registry) Label(ctx context.Context, hub, tag, name string) (string, error) {
	configuration, err := r.configuration(ctx, hub, tag)
	if err != nil {
		return "", err
	}
	return configuration.Config.Labels[name], nil
}

// Revision returns the commit that the hub's last image was made from, as its label says; "" if it has none.
func (r Registry) Revision(ctx context.Context, hub string) (string, error) {
	last, err := r.Last(ctx, hub)
	if last == nil || err != nil {
		return "", err
	}
	configuration, err := last.ConfigFile()
	if err != nil {
		return "", err
	}
	return configuration.Config.Labels[content.LabelRevision], nil
}
