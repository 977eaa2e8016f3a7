package content

import (
	"context"

	"hub-ops/magefiles/internal/git"
)

// Sifted returns the content with hashes over what builders are given: without the files that an ignore file names, and
// without a check.yaml. A directory of which nothing is left out keeps the hash that Git gives it.
func (c Content) Sifted(ctx context.Context, repo *git.Repo) (Content, error) {
	now, err := reader{repo, func(t git.Tree) string { return t.Hash }}.sift(ctx, c)
	if err != nil {
		return c, err
	}
	committed := now
	if c.Dirty() {
		if committed, err = (reader{repo, func(t git.Tree) string { return t.Committed }}).sift(ctx, c); err != nil {
			return c, err
		}
	}
	sifted := c
	sifted.Context.Hash, sifted.Context.Committed = now[0], committed[0]
	sifted.Shared = nil
	for i, shared := range c.Shared {
		shared.Hash, shared.Committed = now[i+1], committed[i+1]
		sifted.Shared = append(sifted.Shared, shared)
	}
	return sifted, nil
}

// sift returns the hashes of the context and of each shared directory.
func (r reader) sift(ctx context.Context, c Content) ([]string, error) {
	hashes := []string{r.of(c.Context)}
	for _, shared := range c.Shared {
		hashes = append(hashes, r.of(shared))
	}
	if hashes[0] == "" {
		return hashes, nil
	}
	v, err := r.look(ctx, c)
	switch {
	case err != nil:
		return hashes, err
	case v.ignore == "" && v.check:
		hashes[0] = v.unchecked()
		return hashes, nil
	case v.ignore == "":
		return hashes, nil
	}
	hashes[0] = v.hash()
	for i := range c.Shared {
		hashes[i+1] = v.hashOf(i, hashes[i+1])
	}
	return hashes, nil
}

// Spellings returns the contents whose tags this content has or had: as Sifted makes it, and whole, as older versions of hub-ops counted it.
func (c Content) Spellings(ctx context.Context, repo *git.Repo) ([]Content, error) {
	sifted, err := c.Sifted(ctx, repo)
	return []Content{c, sifted}, err
}
