package image

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/prune"
)

// TagPattern is a regular expression for what Content.Tag makes, and nothing else: an extended one that git understands
// too.
const TagPattern = `t[0-9a-f]{12}(-dirty-[0-9a-f]{8})?`

var ownTag = regexp.MustCompile(`^` + TagPattern + `$`)

// ErrNoDeletion is a registry that does not let anybody delete through its API.
var ErrNoDeletion = errors.New("it does not delete through its API")

// Tags lists the tags of a hub's repository; a repository that is not there has none.
func (r Registry) Tags(ctx context.Context, hub string) ([]string, error) {
	ref, err := r.Reference(hub, cacheTag)
	if err != nil {
		return nil, err
	}
	tags, err := remote.List(ref.Context(), r.options(ctx)...)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return nil, nil
	case err != nil:
		return nil, r.explain(ref, err)
	}
	return tags, nil
}

// Detail is how much a description of a tag says.
type Detail int

// What a tag names takes one HEAD, and a GET for an index. Date and referrers take a GET each, for every manifest.
const (
	Named Detail = iota // what the tag names
	Dated               // also when its image was made and what refers to it, if the tag is one of ours
)

// Tag describes a tag of a hub's repository. It reports false for a tag that is gone.
func (r Registry) Tag(ctx context.Context, hub, tag string, detail Detail) (prune.Tag, bool, error) {
	described := prune.Tag{Name: tag, Ours: ownTag.MatchString(tag)}
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return described, false, err
	}
	descriptor, err := remote.Head(ref, r.options(ctx)...)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return described, false, nil
	case err != nil:
		return described, false, r.explain(ref, err)
	}
	described.Digest, described.About = descriptor.Digest.String(), aboutWhat(tag)
	images := []v1.Hash{descriptor.Digest}
	if descriptor.MediaType.IsIndex() {
		if images, err = r.children(ctx, ref, descriptor.Digest, &described.Children); err != nil {
			return described, false, r.explain(ref, err)
		}
	}
	if detail == Dated && described.Ours {
		for _, digest := range images {
			r.date(ctx, ref.Context().Digest(digest.String()), &described)
		}
		if err := r.addReferrers(ctx, ref, &described); err != nil {
			return described, false, r.explain(ref, err)
		}
	}
	return described, true, nil
}

// children adds the digests of all manifests below an index, and returns those that are images.
func (r Registry) children(ctx context.Context, ref name.Reference, index v1.Hash, all *[]string) ([]v1.Hash, error) {
	got, err := remote.Index(ref.Context().Digest(index.String()), r.options(ctx)...)
	if err != nil {
		return nil, err
	}
	manifest, err := got.IndexManifest()
	if err != nil {
		return nil, err
	}
	var images []v1.Hash
	for _, child := range manifest.Manifests {
		*all = append(*all, child.Digest.String())
		switch {
		case child.MediaType.IsIndex():
			deeper, err := r.children(ctx, ref, child.Digest, all)
			if err != nil {
				return nil, err
			}
			images = append(images, deeper...)
		case child.MediaType == types.DockerManifestSchema2, child.MediaType == types.OCIManifestSchema1:
			images = append(images, child.Digest)
		}
	}
	return images, nil
}

// date reads from an image's configuration when it was made, and on what: the builder's date, or the label's with the
// date of the commit if that is later. Where neither says there is none; what began with Unix time is no date.
func (r Registry) date(ctx context.Context, ref name.Digest, described *prune.Tag) {
	image, err := remote.Image(ref, r.options(ctx)...)
	if err != nil {
		return
	}
	configuration, err := image.ConfigFile()
	if err != nil {
		return
	}
	labels := configuration.Config.Labels
	date := configuration.Created.Time
	if label, err := time.Parse(time.RFC3339, labels[labelPrefix+"created"]); err == nil {
		date = later(date, label)
	}
	if date.Unix() > 0 {
		described.Created = later(described.Created, date)
	}
	described.Base = cmp.Or(described.Base, labels[labelPrefix+"base.digest"])
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Delete removes a tag and then the manifests, if the tag still names what it did. It is prune.Plan that knows that
// nobody else needs these. Registries differ: some delete a tag on its own, some only a manifest with all its tags. So
// both are asked for, and then it is looked whether the tag is gone.
func (r Registry) Delete(ctx context.Context, hub string, tag prune.Tag, digests []string) error {
	ref, err := r.Reference(hub, tag.Name)
	if err != nil {
		return err
	}
	descriptor, err := remote.Head(ref, r.options(ctx)...)
	switch {
	case statusOf(err) == http.StatusNotFound: // with a manifest that it shared
	case err != nil:
		return r.explain(ref, err)
	case descriptor.Digest.String() != tag.Digest:
		return exit.With(exit.Setup, fmt.Errorf("%s names %s by now, and not %s: left alone", ref, descriptor.Digest, tag.Digest))
	default:
		if err := remote.Delete(ref, r.options(ctx)...); err != nil && !unsupported(err) && statusOf(err) != http.StatusNotFound {
			return r.explainDeletion(ref, err)
		}
	}
	for _, digest := range digests {
		err := remote.Delete(ref.Context().Digest(digest), r.options(ctx)...)
		if err != nil && statusOf(err) != http.StatusNotFound {
			return r.explainDeletion(ref, err)
		}
	}
	if _, err := remote.Head(ref, r.options(ctx)...); err == nil {
		return exit.With(exit.Setup, fmt.Errorf("registry %s says that it deleted %s, and still has it", ref.RegistryStr(), ref))
	} else if statusOf(err) != http.StatusNotFound {
		return r.explain(ref, err)
	}
	return nil
}

// unsupported reports whether the registry knows no such request: its answer to a DELETE of a tag, or of anything.
func unsupported(err error) bool {
	switch statusOf(err) {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusBadRequest:
		return true
	}
	return false
}

func (r Registry) explainDeletion(ref name.Tag, err error) error {
	switch {
	case unsupported(err):
		return exit.With(exit.Setup, fmt.Errorf("registry %s: %w: %w; switch deletion on there (CNCF distribution: storage.delete.enabled), or delete by its own means", ref.RegistryStr(), ErrNoDeletion, err))
	case statusOf(err) == http.StatusUnauthorized, statusOf(err) == http.StatusForbidden:
		return exit.With(exit.Setup, fmt.Errorf("registry %s does not let these credentials delete from %s: %w; they may push, and deleting is a right of its own: check REGISTRY_USERNAME and REGISTRY_PASSWORD", ref.RegistryStr(), ref.RepositoryStr(), err))
	}
	return r.explain(ref, err)
}
