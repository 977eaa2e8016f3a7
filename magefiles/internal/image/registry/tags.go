package registry

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/prune"
)

// Tags lists the tags of a hub's repository; a repository that is not there has none.
func (r Registry) Tags(ctx context.Context, hub string) ([]string, error) {
	ref, err := r.Reference(hub, CacheTag)
	if err != nil {
		return nil, err
	}
	tags, err := remote.List(ref.Context(), r.questions(ctx)...)
	switch {
	case StatusOf(err) == http.StatusNotFound:
		return nil, nil
	case err != nil:
		return nil, r.explain(ref, err)
	}
	return tags, nil
}

// TagsOf lists the tags of a repository in full, which may be in another registry.
func (r Registry) TagsOf(ctx context.Context, repository string) ([]string, error) {
	repo, err := name.NewRepository(repository)
	if err != nil {
		return nil, exit.Input("image %s: %w", repository, err)
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	tags, err := remote.List(repo, r.questions(ctx)...)
	if err != nil {
		return nil, r.explain(repo.Tag(name.DefaultTag), err)
	}
	return tags, nil
}

// listTime is how long a registry may take to list the tags of a repository: some have ten thousand, by pages.
const listTime = 2 * time.Minute

// Detail is how much a description of a tag says.
type Detail int

// What a tag names takes one HEAD, and a GET for an index. Date and referrers take a GET each, for every manifest.
const (
	Named Detail = iota // what the tag names
	Dated               // also when its image was made and what refers to it, if the tag is one of ours
)

// Tag describes a tag of a hub's repository. It reports false for a tag that is gone.
func (r Registry) Tag(ctx context.Context, hub, tag string, detail Detail) (prune.Tag, bool, error) {
	described := prune.Tag{Name: tag, Ours: content.IsTag(tag)}
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return described, false, err
	}
	descriptor, err := remote.Head(ref, r.questions(ctx)...)
	switch {
	case StatusOf(err) == http.StatusNotFound:
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
	got, err := remote.Index(ref.Context().Digest(index.String()), r.questions(ctx)...)
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

// date reads the date, the base, the program and the source of an image from its configuration. The date is the later one of the builder's and the
// commit's, which is a label. The beginning of Unix time is what builders write who set none.
func (r Registry) date(ctx context.Context, ref name.Digest, described *prune.Tag) {
	image, err := remote.Image(ref, r.questions(ctx)...)
	if err != nil {
		return
	}
	configuration, err := image.ConfigFile()
	if err != nil {
		return
	}
	labels := configuration.Config.Labels
	date := configuration.Created.Time
	if label, err := time.Parse(time.RFC3339, labels[content.LabelCreated]); err == nil {
		date = later(date, label)
	}
	if date.Unix() > 0 {
		described.Created = later(described.Created, date)
	}
	described.Base = cmp.Or(described.Base, labels[content.LabelBaseDigest])
	described.Repo2docker = cmp.Or(described.Repo2docker, labels[content.LabelRepo2docker])
	described.Source = cmp.Or(described.Source, labels[content.LabelSource])
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
