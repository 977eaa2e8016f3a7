package push

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry"
)

// publish writes configuration and manifest, then the tag, and reads the tag back.
func (t *transfer) publish(ctx context.Context, written *manifest, existing Existing) error {
	configuration := static.NewLayer(written.configuration, types.DockerConfigJSON)
	if err := t.remote.Upload(ctx, t.ref.Context(), configuration); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	if err := t.vacant(written.digest, existing); err != nil {
		return err
	}
	refs := []name.Reference{t.ref}
	if !content.IsDirtyTag(t.ref.TagStr()) {
		refs = append(refs, t.ref.Context().Tag(registry.CacheTag))
	}
	for _, ref := range refs {
		if err := t.remote.Put(ctx, ref, written); err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
	}
	descriptor, err := remote.Head(t.ref, t.options...)
	if err == nil {
		err = sameDigest(descriptor, written.digest)
	}
	if err != nil {
		return fmt.Errorf("reading %s back: %w", t.ref, err)
	}
	return nil
}

// vacant makes sure that the tag names no other content.
func (t *transfer) vacant(digest v1.Hash, existing Existing) error {
	if existing == ReplaceExisting {
		return nil
	}
	descriptor, err := remote.Head(t.ref, t.options...)
	switch {
	case registry.StatusOf(err) == http.StatusNotFound:
		return nil
	case err != nil:
		return fmt.Errorf("looking for %s: %w", t.ref, err)
	case descriptor.Digest != digest:
		return exit.Errorf(exit.Push, "%s exists, as %s, with other content: another run pushed it meanwhile", t.ref, descriptor.Digest).Try("set REBUILD=1 to replace it")
	}
	return nil
}

// sameDigest compares what the registry says with what was sent.
func sameDigest(descriptor *v1.Descriptor, want v1.Hash) error {
	if descriptor.Digest != want {
		return fmt.Errorf("the registry holds %s, sent was %s", descriptor.Digest, want)
	}
	return nil
}
