package push

import (
	"cmp"
	"context"
	"slices"
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

// findLayer returns the blob of a layer after it made sure that the repository has it. It is zero if none was found.
func (t *transfer) findLayer(ctx context.Context, diffID v1.Hash) Blob {
	if blob, known := t.previous()[diffID]; known && t.there(t.ref.Context(), blob) {
		return blob
	}
	if blob, known := t.Blobs.Find(diffID); known && (t.there(t.ref.Context(), blob) || t.mount(ctx, blob)) {
		return blob
	}
	if blob, known := t.base()[diffID]; known && (t.there(t.ref.Context(), blob) || t.fromBase(ctx, blob)) {
		return blob
	}
	return Blob{}
}

// fromBase copies a blob from the repository of the image that this one is built on, in whatever registry.
func (t *transfer) fromBase(ctx context.Context, blob Blob) bool {
	return t.copy(ctx, t.baseReference().Context(), blob)
}

// blobsOfLast is blobsOf for the image of the hub that was pushed last.
func (t *transfer) blobsOfLast(ctx context.Context) map[v1.Hash]Blob {
	asking, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	last, err := t.Registry.Last(asking, t.hub)
	if last == nil || err != nil {
		return nil
	}
	if configuration, err := last.ConfigFile(); err == nil {
		if platform := configuration.Platform(); platform != nil && platform.Satisfies(t.image.About().Platform) {
			return blobsIn(last)
		}
	}
	return t.blobsOf(ctx, t.ref.Context().Tag(registry.CacheTag))
}

// blobsOf returns the blobs of an image's layers, by the hashes of their uncompressed content. It is nil, and no error, if
// there is no such image or the registry takes too long.
func (t *transfer) blobsOf(ctx context.Context, ref name.Reference) map[v1.Hash]Blob {
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
	return blobsIn(image)
}

// blobsIn reads the blobs of the layers from an image's manifest and configuration; nil if one of them cannot be read.
func blobsIn(image v1.Image) map[v1.Hash]Blob {
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
	blobs := map[v1.Hash]Blob{}
	for i, descriptor := range manifest.Layers {
		blobs[about.DiffIDs[i]] = Blob{Digest: descriptor.Digest, Size: descriptor.Size, MediaType: descriptor.MediaType}
	}
	return blobs
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

// there reports whether a repository has the blob: one HEAD.
func (t *transfer) there(repository name.Repository, blob Blob) bool {
	size, found := t.has(repository, blob.Digest)
	return found && size == cmp.Or(blob.Size, size)
}

// has asks a repository for a blob: one HEAD.
func (t *transfer) has(repository name.Repository, digest v1.Hash) (size int64, found bool) {
	known, err := remote.Layer(repository.Digest(digest.String()), t.options...)
	if err != nil {
		return 0, false
	}
	size, err = known.Size() // which asks
	return size, err == nil
}

// mount makes the registry take the blob from another of its repositories, or copies it from there where it cannot.
func (t *transfer) mount(ctx context.Context, blob Blob) bool {
	for _, seen := range blob.Repositories {
		from, err := name.NewRepository(seen)
		if err == nil && from.RegistryStr() == t.ref.RegistryStr() && t.copy(ctx, from, blob) {
			return true
		}
	}
	return false
}

// copy copies a blob from another repository. Within one registry it is mounted; otherwise it passes through this machine, and
// counts as sent. A copy from the base's registry needs no compression, and nodes that have the base have that layer already.
func (t *transfer) copy(ctx context.Context, from name.Repository, blob Blob) bool {
	if from.Name() == t.ref.Context().Name() || !t.there(from, blob) {
		return false
	}
	reference := from.Digest(blob.Digest.String())
	known, err := remote.Layer(reference, t.options...)
	if err != nil {
		return false
	}
	if t.remote.Upload(ctx, t.ref.Context(), &remote.MountableLayer{Layer: count(known, &t.copied), Reference: reference}) != nil {
		return false
	}
	t.mounted.Add(1)
	return true
}

// anywhere returns a function that reports whether the destination has a blob. It first mounts or copies the blob from a
// repository that is known to have it.
func (t *transfer) anywhere(ctx context.Context) func(digest v1.Hash) (size int64, found bool) {
	return func(digest v1.Hash) (int64, bool) {
		if size, found := t.has(t.ref.Context(), digest); found {
			return size, true
		}
		if blob, known := t.Blobs.With(digest); known && t.mount(ctx, blob) {
			return blob.Size, true
		}
		for _, blob := range t.base() {
			if blob.Digest == digest && t.fromBase(ctx, blob) {
				return blob.Size, true
			}
		}
		return 0, false
	}
}
