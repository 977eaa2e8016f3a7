package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/plan"
)

// ErrNoDeletion is a registry that does not let anybody delete through its API.
var ErrNoDeletion = errors.New("it does not delete through its API")

// Delete deletes a tag of an image that the pass is for, and then the manifests with these digests, if the tag still names tag.Digest. prune.Plan has made sure
// that nothing else needs them. Some registries delete a tag on its own, others only a manifest with all its tags, so Delete
// asks for both, and then checks that the tag is gone.
func (r Registry) Delete(ctx context.Context, pass plan.Pass, image string, tag prune.Tag, digests []string) error {
	if err := pass.ForImage(image); err != nil {
		return err
	}
	ref, err := r.Reference(image, tag.Name)
	if err != nil {
		return err
	}
	descriptor, err := remote.Head(ref, r.questions(ctx)...)
	switch {
	case StatusOf(err) == http.StatusNotFound: // it was deleted with a manifest that it shared
	case err != nil:
		return r.explain(ref, err)
	case descriptor.Digest.String() != tag.Digest:
		return exit.With(exit.Setup, fmt.Errorf("%s names %s by now, and not %s: left alone", ref, descriptor.Digest, tag.Digest))
	default:
		if err := remote.Delete(ref, r.Options(ctx)...); err != nil && !unsupported(err) && StatusOf(err) != http.StatusNotFound {
			return r.explainDeletion(ref, err)
		}
	}
	for _, digest := range digests {
		err := remote.Delete(ref.Context().Digest(digest), r.Options(ctx)...)
		if err != nil && StatusOf(err) != http.StatusNotFound {
			return r.explainDeletion(ref, err)
		}
	}
	if _, err := remote.Head(ref, r.questions(ctx)...); err == nil {
		return exit.With(exit.Setup, fmt.Errorf("registry %s says that it deleted %s, and still has it", ref.RegistryStr(), ref))
	} else if StatusOf(err) != http.StatusNotFound {
		return r.explain(ref, err)
	}
	return nil
}

// unsupported reports whether the registry knows no such request: its answer to a DELETE of a tag, or of anything.
func unsupported(err error) bool {
	switch StatusOf(err) {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusBadRequest:
		return true
	}
	return false
}

func (r Registry) explainDeletion(ref name.Tag, err error) error {
	switch {
	case unsupported(err):
		return exit.Errorf(exit.Setup, "registry %s: %w: %w", ref.RegistryStr(), ErrNoDeletion, err).
			Try("switch deletion on there (CNCF distribution: storage.delete.enabled), or delete by its own means")
	case StatusOf(err) == http.StatusUnauthorized, StatusOf(err) == http.StatusForbidden:
		return exit.Errorf(exit.Setup, "registry %s does not let these credentials delete from %s: %w; they may push, and deleting is a right of its own", ref.RegistryStr(), ref.RepositoryStr(), err).
			Try("check REGISTRY_USERNAME and REGISTRY_PASSWORD")
	}
	return r.explain(ref, err)
}
