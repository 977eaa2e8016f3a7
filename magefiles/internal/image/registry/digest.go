package registry

import (
	"context"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
)

// Digest asks the registry for the digest of a hub's image at a tag, by one HEAD request. It is "" for an image that
// is not there.
func (r Registry) Digest(ctx context.Context, hub, tag string) (string, error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return "", err
	}
	return r.digest(ctx, ref)
}

// DigestOf is Digest for an image in full, name:tag or name@digest, which may be in another repository.
func (r Registry) DigestOf(ctx context.Context, image string) (string, error) {
	ref, err := name.ParseReference(image)
	if err != nil {
		return "", exit.Input("image %s: %w", image, err)
	}
	return r.digest(ctx, ref)
}

func (r Registry) digest(ctx context.Context, ref name.Reference) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	descriptor, err := remote.Head(ref, r.questions(ctx)...)
	switch {
	case StatusOf(err) == http.StatusNotFound:
		return "", nil
	case err != nil:
		return "", r.explain(ref, err)
	}
	return descriptor.Digest.String(), nil
}

// Check makes the request that a push would begin with, so that wrong credentials show before anything is built.
func (r Registry) Check(ctx context.Context, hub string) error {
	ref, err := r.Reference(hub, CacheTag)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- remote.CheckPushPermission(ref, r.keychain(), http.DefaultTransport) }() // which takes no context
	select {
	case err = <-answer:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return r.explain(ref, err)
	}
	return nil
}

// CacheSource returns the image that a build of the hub can take unchanged layers from, "" if there is none yet.
func (r Registry) CacheSource(ctx context.Context, hub string) (string, error) {
	last, err := r.Last(ctx, hub)
	if last == nil || err != nil {
		return "", err
	}
	ref, err := r.Reference(hub, CacheTag)
	return ref.String(), err
}

// ShortDigest shortens a digest to the algorithm and twelve digits, which is enough for a person to compare.
func ShortDigest(digest string) string {
	const length = len("sha256:") + 12
	if len(digest) > 64 {
		return digest[:length]
	}
	return digest
}
