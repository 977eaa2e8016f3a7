package image

import (
	"context"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// baseDigest asks the base's registry for its digest, "" if that does not say: it is a label, and decides nothing.
func (r Registry) baseDigest(ctx context.Context, base string) string {
	ref, err := name.ParseReference(base)
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	descriptor, err := remote.Head(ref, r.options(ctx)...)
	if err != nil {
		return ""
	}
	return descriptor.Digest.String()
}

// FindBase returns the base of a Dockerfile as it is now in its registry.
func (r Registry) FindBase(ctx context.Context, dockerfile []byte) Base {
	base := Base{Name: BaseOf(dockerfile)}
	if base.Name != "" {
		base.Digest = r.baseDigest(ctx, base.Name)
	}
	return base
}

// Moved returns the base of a hub's image as it is now, if its registry has another one under that name than the image
// was built on; nothing otherwise, and where nobody can say.
func (r Registry) Moved(ctx context.Context, hub, tag string) Base {
	labels, err := r.labels(ctx, hub, tag)
	if err != nil {
		return Base{}
	}
	base, built := labels[LabelBaseName], labels[LabelBaseDigest]
	if base == "" || built == "" {
		return Base{}
	}
	if now := r.baseDigest(ctx, base); now != "" && now != built {
		return Base{Name: base, Digest: now}
	}
	return Base{}
}
