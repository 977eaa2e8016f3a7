package registry

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/dockerfile"
)

// baseDigest asks the base's registry for its digest.
func (r Registry) baseDigest(ctx context.Context, base string) (string, error) {
	ref, err := name.ParseReference(base)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	descriptor, err := remote.Head(ref, r.questions(ctx)...)
	if err != nil {
		return "", err
	}
	return descriptor.Digest.String(), nil
}

// FindBase returns the base of a Dockerfile, built with the arguments (NAME=value), as it is now in its registry. Its digest is "" if the registry does
// not answer in time: for a label, that is enough.
func (r Registry) FindBase(ctx context.Context, file []byte, args []string) content.Base {
	base := content.Base{Name: dockerfile.Parse(file).Base(args)}
	if base.Name != "" {
		base.Digest, _ = r.baseDigest(ctx, base.Name)
	}
	return base
}

// Moved returns the base of a hub's image as it is now, if its registry has another digest for it than the image was built on; zero if the base has not
// moved, or the image names none. A registry that may answer otherwise the next time is an error: the image would go back to what it was before.
func (r Registry) Moved(ctx context.Context, hub, tag string) (content.Base, error) {
	_, base, err := r.look(ctx, hub, tag)
	if err == nil || !mayAnswer(err) {
		return base, nil
	}
	return content.Base{}, exit.Errorf(exit.Setup, "nobody knows whether the base of image %s has moved: %w", hub, err).Try("run it again when the registry answers; REBUILD_ON_BASE=0 takes the image that was built before any base had moved")
}

// Age returns when an image in the registry was made, zero if nobody knows, and its base as Moved does; zero too if a registry does not answer.
func (r Registry) Age(ctx context.Context, hub, tag string) (made time.Time, moved content.Base) {
	made, moved, _ = r.look(ctx, hub, tag)
	return made, moved
}

func (r Registry) look(ctx context.Context, hub, tag string) (made time.Time, moved content.Base, err error) {
	configuration, err := r.configuration(ctx, hub, tag)
	if err != nil {
		return made, content.Base{}, err
	}
	made = configuration.Created.Time
	labels := configuration.Config.Labels
	base, built := labels[content.LabelBaseName], labels[content.LabelBaseDigest]
	if base == "" || built == "" {
		return made, content.Base{}, nil
	}
	now, err := r.baseDigest(ctx, base)
	if err != nil || now == built {
		return made, content.Base{}, err
	}
	return made, content.Base{Name: base, Digest: now}, nil
}

// mayAnswer reports whether a registry may answer otherwise the next time: it was not reached in time, limits how often it is asked, or has failed. What it
// does not have, or does not show, it will not show then.
func mayAnswer(err error) bool {
	if status := StatusOf(err); status != 0 {
		return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	}
	unreached := net.Error(nil)
	return errors.As(err, &unreached) || errors.Is(err, context.DeadlineExceeded)
}
