package chart

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/secret"
)

// Copy writes the files of a tree to the directory dest, without what it needs. Dependencies are fetched into the copy, so that the
// working tree stays clean and two deploys never write to the same directory. A link becomes what it leads to.
func (c *Charts) Copy(ctx context.Context, t *Tree, dest string) error {
	contents, err := c.contents(ctx, t)
	if err != nil {
		return err
	}
	for name, source := range t.files {
		file := filepath.Join(dest, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, contents[source], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Digest returns the digest of what Copy copies, of the tree and of the charts of the repository that it depends on: the names and
// contents of all files.
func (c *Charts) Digest(ctx context.Context, t *Tree) (string, error) {
	digests, err := c.Digests(ctx, t)
	return digests.Whole, err
}

// Digests are those of a chart: of all its files, and of those that are left without its own values.yaml, in which there may be nothing but the
// settings of one hub.
type Digests struct{ Whole, Code string }

// Digests returns both at once.
func (c *Charts) Digests(ctx context.Context, t *Tree) (Digests, error) {
	var parts, code []string
	var failed error
	t.Each(func(part *Tree) {
		contents, err := c.contents(ctx, part)
		if failed == nil {
			failed = err
		}
		for _, name := range part.files.names() {
			pair := []string{part.Dir + "/" + name, string(contents[part.files[name]])}
			parts = append(parts, pair...)
			if part != t || name != "values.yaml" {
				code = append(code, pair...)
			}
		}
	})
	return Digests{history.Digest(parts...), history.Digest(code...)}, failed
}

// contents reads the files of a tree. Bad input is a file whose content is somewhere else, or locked, or one of the
// repository's secrets.
func (c *Charts) contents(ctx context.Context, t *Tree) (map[string][]byte, error) {
	names := t.files.sources()
	if err := c.checkCopies(ctx, names); err != nil {
		return nil, err
	}
	contents, err := c.files.Read(ctx, names...)
	for name, content := range contents {
		switch {
		case secret.Locked(content):
			if contents[name], err = c.unlock(ctx, name, content); err != nil {
				return nil, err
			}
		case bytes.HasPrefix(content, []byte("version https://git-lfs.github.com/spec/")):
			return nil, exit.Input("%s: a pointer of Git LFS, and not the file", name).Try("install git-lfs, and run 'git lfs install --local' and 'git lfs pull'")
		}
	}
	return contents, err
}

// DependencyDigest returns the digest of the charts that a chart depends on, by name, repository and version, and by what is pinned of
// them. Without a pin it assumes that the content of a published version does not change. A range of versions without a lock file counts
// as it is written, so a new version upstream changes no hub; only a change in the repository does. It is history.None without
// dependencies.
func DependencyDigest(t *Tree, pins Pins) string {
	dependencies, pinned := t.Depends(), pins.digests(t)
	if len(dependencies)+len(pinned) == 0 {
		return history.None
	}
	var parts []string
	for _, d := range dependencies {
		parts = append(parts, d.Name, d.Repository, d.Version)
	}
	return history.Digest(append(parts, pinned...)...)
}
