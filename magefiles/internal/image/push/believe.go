package push

import (
	"context"
	"errors"
	"io"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/source"
)

// believe returns the blob that an image in a registry says a layer is, after it made sure that the blob is that layer and that the
// repository has it. The engine may have unpacked this very blob to this layer; otherwise the blob is unpacked here. That takes
// less than to compress the layer and to send it.
func (t *transfer) believe(ctx context.Context, diffID v1.Hash, said *claims) Blob {
	blob := said.of(diffID)
	if !blob.there() {
		return Blob{}
	}
	if engine, is := t.image.(source.Pulled); is && engine.Unpacked(ctx, diffID, blob.Digest) {
		if (t.there(t.ref.Context(), blob) || t.copy(ctx, said.image.Context(), blob, asItIs)) && t.name(&blob) == nil {
			return blob
		}
	}
	if t.checks.Acquire(ctx, 1) != nil {
		return Blob{}
	}
	defer t.checks.Release(1)
	if !said.of(diffID).there() {
		return Blob{} // it was found out meanwhile
	}
	proof := &proof{diffID: diffID, digest: blob.Digest}
	t.pass(ctx, proof, said.image.Context())
	proven, err := proof.result()
	if lie := (*lie)(nil); errors.As(err, &lie) && said.lied.CompareAndSwap(false, true) {
		t.Console.Problem(t.hub, "%s says that layer %s is the blob %s, and it is not: %v; nothing that this image says is used; find out who has changed it",
			said.image, short(diffID), short(blob.Digest), lie)
	}
	return proven
}

// pass has the blob of a proof come by: on its way from another repository, or from its own.
func (t *transfer) pass(ctx context.Context, proof *proof, from name.Repository) {
	own := t.ref.Context()
	if _, there := t.has(own, proof.digest); !there && !t.copy(ctx, from, Blob{Digest: proof.digest}, proof.watch) {
		return
	}
	if proven, _ := proof.result(); proven.there() {
		return
	}
	blob, err := remote.Layer(own.Digest(proof.digest.String()), t.options...)
	if err != nil {
		return
	}
	content, err := proof.watch(count(blob, &t.checked)).Compressed()
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, content) // the proof has the error
	_ = content.Close()
}

// name completes what is known of a blob, which the repository has, by what the blob is: its size, and by its first bytes the media type.
func (t *transfer) name(blob *Blob) error {
	blob.Size, _ = t.has(t.ref.Context(), blob.Digest)
	known, err := remote.Layer(t.ref.Context().Digest(blob.Digest.String()), t.options...)
	if err != nil {
		return err
	}
	content, err := known.Compressed()
	if err != nil {
		return err
	}
	head := make([]byte, compress.Head)
	_, err = io.ReadFull(content, head)
	_ = content.Close()
	blob.MediaType = compress.TypeOf(head)
	return err
}
