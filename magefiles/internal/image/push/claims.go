package push

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source"
)

// A push works without these answers, only slower. So many questions are asked at a time; the layers of another image are
// waited for no longer than that.
const (
	questionsAtOnce = 8
	questionTime    = 10 * time.Second
)

// claims are what an image in a registry says of its layers: which blob each is. Whoever may write to the registry can have it say
// anything, so a claim only tells where to look (proof.go).
type claims struct {
	image name.Reference // which says so
	blobs map[v1.Hash]Blob
	lied  atomic.Bool // it was found out: none counts any more
}

// of returns the blob that is said to be a layer; zero if nothing is, or nothing that was said counts.
func (c *claims) of(diffID v1.Hash) Blob {
	if c == nil || c.lied.Load() {
		return Blob{}
	}
	return c.blobs[diffID]
}

// all returns the blobs by the layers that they are said to be.
func (c *claims) all() map[v1.Hash]Blob {
	if c == nil {
		return nil
	}
	return c.blobs
}

// lists reports whether a blob is among those of the image's layers.
func (c *claims) lists(digest v1.Hash) bool {
	for _, blob := range c.all() {
		if blob.Digest == digest {
			return true
		}
	}
	return false
}

// claimsOfLast are those of the hub's image that was pushed last.
func (t *transfer) claimsOfLast(ctx context.Context) *claims {
	tag := t.ref.Context().Tag(registry.CacheTag)
	asking, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	last, err := t.Registry.Last(asking, t.hub)
	if last == nil || err != nil {
		return nil
	}
	if configuration, err := last.ConfigFile(); err == nil {
		if platform := configuration.Platform(); platform != nil && platform.Satisfies(t.image.About().Platform) {
			return claimsIn(tag, last)
		}
	}
	return t.claimsOf(ctx, tag)
}

// claimsOf are those of an image. They are nil, and no error, if there is no such image or the registry takes too long.
func (t *transfer) claimsOf(ctx context.Context, ref name.Reference) *claims {
	if ref == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	options := slices.Concat(t.options, []remote.Option{remote.WithContext(ctx), remote.WithPlatform(t.image.About().Platform)})
	image, err := remote.Image(ref, options...)
	if err != nil {
		return nil
	}
	return claimsIn(ref, image)
}

// claimsIn reads an image's manifest and configuration; nil if one of them cannot be read.
func claimsIn(ref name.Reference, image v1.Image) *claims {
	manifest, err := image.Manifest()
	if err != nil {
		return nil
	}
	configuration, err := image.RawConfigFile()
	if err != nil {
		return nil
	}
	about, err := source.AboutOf(configuration)
	if err != nil || len(about.DiffIDs) != len(manifest.Layers) {
		return nil
	}
	c := &claims{image: ref, blobs: map[v1.Hash]Blob{}}
	for i, descriptor := range manifest.Layers {
		c.blobs[about.DiffIDs[i]] = Blob{Digest: descriptor.Digest, Size: descriptor.Size}
	}
	return c
}

// baseReference names the image that this one is built on, as it was when it was built; nil if it does not say.
func (t *transfer) baseReference() name.Reference {
	labels := t.image.About().Labels
	ref, err := name.ParseReference(labels[content.LabelBaseName])
	if err != nil {
		return nil
	}
	if digest := labels[content.LabelBaseDigest]; digest != "" {
		return ref.Context().Digest(digest)
	}
	return ref
}
