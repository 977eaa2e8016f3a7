package registry

import (
	"context"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/dockerfile"
)

// baseDigest asks the base's registry for its digest. It is "" if the registry does not answer in time: the digest is only a
// label.
func (r Registry) baseDigest(ctx context.Context, base string) string {
	ref, err := name.ParseReference(base)
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	descriptor, err := remote.Head(ref, r.questions(ctx)...)
	if err != nil {
		return ""
	}
	return descriptor.Digest.String()
}

// FindBase returns the base of a Dockerfile, built with the arguments (NAME=value), as it is now in its registry.
func (r Registry) FindBase(ctx context.Context, file []byte, args []string) content.Base {
	base := content.Base{Name: dockerfile.Parse(file).Base(args)}
	if base.Name != "" {
		base.Digest = r.baseDigest(ctx, base.Name)
	}
	return base
}

// Moved returns the base of a hub's image as it is now: see Age.
func (r Registry) Moved(ctx context.Context, hub, tag string) content.Base {
	_, base := r.Age(ctx, hub, tag)
	return base
}

// Age returns when an image in the registry was made, zero if nobody knows. moved is the base of the image as it is now, if its registry has
// another digest for it than the image was built on; zero if the base has not moved, or a registry does not answer.
func (r Registry) Age(ctx context.Context, hub, tag string) (made time.Time, moved content.Base) {
	configuration, err := r.configuration(ctx, hub, tag)
	if err != nil {
		return made, content.Base{}
	}
	made = configuration.Created.Time
	labels := configuration.Config.Labels
	base, built := labels[content.LabelBaseName], labels[content.LabelBaseDigest]
	if base == "" || built == "" {
		return made, content.Base{}
	}
	if now := r.baseDigest(ctx, base); now != "" && now != built {
		return made, content.Base{Name: base, Digest: now}
	}
	return made, content.Base{}
}
