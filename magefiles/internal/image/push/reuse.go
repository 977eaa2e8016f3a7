package push

import (
	"cmp"
	"context"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// findLayer returns the blob of a layer after it made sure that the repository has it. It is zero if none was found. What this
// machine remembers is so; what the registry says of other images is not taken for true.
func (t *transfer) findLayer(ctx context.Context, diffID v1.Hash) Blob {
	if blob, known := t.Blobs.Find(diffID); known && (t.there(t.ref.Context(), blob) || t.mount(ctx, blob) || t.fromBase(ctx, blob)) {
		return blob
	}
	for _, said := range []func() *claims{t.previous, t.base} {
		if blob := t.believe(ctx, diffID, said()); blob.there() {
			return blob
		}
	}
	return Blob{}
}

// fromBase copies a blob from the repository of the image that this one is built on, in whatever registry.
func (t *transfer) fromBase(ctx context.Context, blob Blob) bool {
	base := t.base()
	return base.lists(blob.Digest) && t.copy(ctx, base.image.Context(), blob, asItIs)
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
		if err == nil && from.RegistryStr() == t.ref.RegistryStr() && t.copy(ctx, from, blob, asItIs) {
			return true
		}
	}
	return false
}

// copy copies a blob from another repository. Within one registry it is mounted; otherwise it passes through this machine, and
// counts as sent. A copy from the base's registry needs no compression, and nodes that have the base have that layer already.
// passing sees what passes through.
func (t *transfer) copy(ctx context.Context, from name.Repository, blob Blob, passing func(v1.Layer) v1.Layer) bool {
	if from.Name() == t.ref.Context().Name() || !t.there(from, blob) {
		return false
	}
	reference := from.Digest(blob.Digest.String())
	known, err := remote.Layer(reference, t.options...)
	if err != nil {
		return false
	}
	if t.remote.Upload(ctx, t.ref.Context(), &remote.MountableLayer{Layer: passing(count(known, &t.copied)), Reference: reference}) != nil {
		return false
	}
	t.mounted.Add(1)
	return true
}

// asItIs is for a blob of which nothing is to be found out.
func asItIs(layer v1.Layer) v1.Layer { return layer }

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
		if t.fromBase(ctx, Blob{Digest: digest}) {
			return t.has(t.ref.Context(), digest)
		}
		return 0, false
	}
}
