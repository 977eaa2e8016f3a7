package needed

import (
	"context"
	"maps"
	"slices"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/dockerfile"
	"hub-ops/magefiles/internal/layout"
)

// branchImages are the images that a commit may have, by the directories that patterns fit.
type branchImages struct {
	repo     *git.Repo
	contexts map[string]git.Tree
	contents func(git.Tree) ([]content.Content, error) // of a directory: an older hub-ops has counted some in another way
	names    map[string][]string                       // of the images in each directory
	bases    map[string][]string                       // directories of the images that others can be built on, by their variables
}

func newBranchImages(repo *git.Repo, patterns []layout.Image, contexts map[string]git.Tree, contents func(git.Tree) ([]content.Content, error)) branchImages {
	dirs := slices.Sorted(maps.Keys(contexts))
	b := branchImages{repo, contexts, contents, layout.ImageNames(patterns, dirs), map[string][]string{}}
	for _, pattern := range patterns {
		if pattern.Key == "" {
			continue
		}
		variable := hub.BaseVariable(pattern.Key)
		for dir := range layout.ImageNames([]layout.Image{pattern}, dirs) {
			b.bases[variable] = append(b.bases[variable], dir)
		}
	}
	return b
}

// each calls add with each content that an image may have, and the names of the images in its directory.
func (b branchImages) each(ctx context.Context, add func(images []string, content content.Content)) error {
	for dir, images := range b.names {
		all, err := b.of(ctx, dir, nil)
		if err != nil {
			return err
		}
		for _, content := range all {
			add(images, content)
		}
	}
	return nil
}

// of returns the contents that the image in a directory may have: by each way to count it, and on each base that it may have. way are the
// directories that lead here: on another branch, images may be built on each other, and nothing can be built of them then.
func (b branchImages) of(ctx context.Context, dir string, way []string) ([]content.Content, error) {
	if slices.Contains(way, dir) {
		return nil, nil
	}
	all, err := b.contents(b.contexts[dir])
	if err != nil || len(b.bases) == 0 || len(all) == 0 {
		return all, err
	}
	file, err := all[0].DockerfileIfThere(ctx, b.repo)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, arg := range dockerfile.Parse([]byte(file)).GlobalArgs() {
		variable := arg.Name
		if b.bases[variable] == nil || seen[variable] {
			continue
		}
		seen[variable] = true
		var on []content.Content
		for _, base := range b.bases[variable] {
			below, err := b.of(ctx, base, append(slices.Clone(way), dir))
			if err != nil {
				return nil, err
			}
			on = append(on, below...)
		}
		all = crossed(all, variable, on)
	}
	return all, nil
}

// crossed puts each of the contents on each of the bases.
func crossed(all []content.Content, variable string, on []content.Content) []content.Content {
	var made []content.Content
	for _, one := range all {
		for _, base := range on {
			next := one
			next.Bases = append(slices.Clone(one.Bases), content.OwnBase{Variable: variable, Content: base})
			if !slices.ContainsFunc(made, func(c content.Content) bool { return c.Tag() == next.Tag() && c.Dirty() == next.Dirty() }) {
				made = append(made, next)
			}
		}
	}
	return made
}
