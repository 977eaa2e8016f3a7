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

// publish writes configuration and manifest, has somebody vouch for them, then writes the tag, and reads it back.
func (t *transfer) publish(ctx context.Context, written *manifest, existing Existing) error {
	configuration := static.NewLayer(written.configuration, types.DockerConfigJSON)
	if err := t.remote.Upload(ctx, t.ref.Context(), configuration); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	there, err := t.taken(written, existing)
	if err != nil {
		return err
	}
	if t.Vouch != nil {
		if err := t.vouch(ctx, written); err != nil {
			return err
		}
		if there, err = t.taken(written, existing); err != nil { // that took a while
			return err
		}
	}
	if there {
		return nil
	}
	if err := t.remote.Put(ctx, t.ref, written); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	names, err := t.names(t.ref)
	if err == nil && names != written.digest {
		err = fmt.Errorf("the registry holds %s, sent was %s", names, written.digest)
	}
	if err != nil {
		return fmt.Errorf("reading %s back: %w", t.ref, err)
	}
	return nil
}

// taken reports whether the tag names the image already: then another run pushed the same, and a registry may refuse it a second time. A tag that
// names another image is an error, unless that is to be replaced.
func (t *transfer) taken(written *manifest, existing Existing) (bool, error) {
	names, err := t.names(t.ref)
	switch {
	case err != nil:
		return false, fmt.Errorf("looking for %s: %w", t.ref, err)
	case names != written.digest && names != v1.Hash{} && existing == RefuseExisting:
		return false, exit.Errorf(exit.Push, "%s exists, as %s, with other content: another run pushed it meanwhile", t.ref, names).Try("set REBUILD=1 to replace it")
	}
	return names == written.digest, nil
}

// vouch has somebody vouch for the image, whose manifest the registry gets for that by its digest alone.
func (t *transfer) vouch(ctx context.Context, written *manifest) error {
	digest := written.digest.String()
	if err := t.remote.Put(ctx, t.ref.Context().Digest(digest), written); err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	return t.Vouch(ctx, t.hub, digest)
}

// moveCacheTag gives the image the tag by which the next build finds its layers, and reports whether that is where it should be. The image is in
// the registry then: what goes wrong is told, and fails nothing.
func (t *transfer) moveCacheTag(ctx context.Context, written *manifest) (moved bool) {
	if content.IsDirtyTag(t.ref.TagStr()) {
		return true // which leaves it with the last image that is committed
	}
	tag := t.ref.Context().Tag(registry.CacheTag)
	names, err := t.names(tag)
	if err == nil && names != written.digest {
		err = t.remote.Put(ctx, tag, written)
	}
	if err != nil && t.CacheTagStays != nil {
		t.CacheTagStays(t.hub, fmt.Errorf("%s: %w", tag, err))
	}
	return err == nil
}

// names returns the digest that the registry has under a tag; none if there is no such tag.
func (t *transfer) names(tag name.Tag) (v1.Hash, error) {
	descriptor, err := remote.Head(tag, t.options...)
	switch {
	case registry.StatusOf(err) == http.StatusNotFound:
		return v1.Hash{}, nil
	case err != nil:
		return v1.Hash{}, err
	}
	return descriptor.Digest, nil
}
