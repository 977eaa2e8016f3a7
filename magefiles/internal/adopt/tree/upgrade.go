package tree

import (
	"context"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/adopt/manifest"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// Copy is a copy of this project that a repository has.
type Copy struct {
	Place  string // its directory
	Before manifest.Manifest
}

// places are the directories that a copy can lie in.
var places = []string{"magefiles", "magefiles/hub-ops", "hub-ops"}

// Copy finds the copy. Without one, Place is "".
func (t *Tree) Copy() (Copy, error) {
	for _, place := range places {
		name := path.Join(place, manifest.File)
		content := t.read(name)
		if content == nil {
			continue
		}
		before, err := manifest.Parse(content)
		if err != nil {
			err = exit.Input("%s: %w", place, err).Try("restore it: 'git checkout %s'", name)
		}
		return Copy{Place: place, Before: before}, err
	}
	return Copy{}, nil
}

// Committed refuses a copy with changes that are not committed.
func (t *Tree) Committed(ctx context.Context, c Copy) error {
	repo, err := t.git(ctx)
	if err != nil {
		return err
	}
	changed, err := repo.Changed(ctx, c.Place)
	if err != nil || len(changed) == 0 {
		return err
	}
	return exit.Input("%s has changes that are not committed, such as %s", c.Place, changed[0]).Try("commit them: so Git keeps what an upgrade replaces")
}

// Compare says what an upgrade does. What is no file is a change of theirs, as a file with another content is: nothing is written through a
// link.
func (t *Tree) Compare(c Copy, own Source) manifest.Changes {
	return manifest.Compare(c.Before, manifest.Of(own.Commit, own.Files), func(name string) string {
		place := path.Join(c.Place, name)
		if there, err := t.at(place); err == nil && !there {
			return ""
		}
		content, err := t.whole(place)
		if err != nil {
			return err.Error() // is the sum of no content
		}
		return manifest.Sum(content)
	})
}

// Differs shows how a file of the copy differs from what this project has of it.
func (t *Tree) Differs(ctx context.Context, c Copy, own Source, name string) (string, error) {
	place := path.Join(c.Place, name)
	if _, err := t.at(place); err != nil { // what a link leads to is no part of the copy
		return err.Error() + "\n", nil
	}
	newer := filepath.Join(t.scratch, "new", filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(newer), 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(newer, own.Files[name], 0o600); err != nil {
		return "", err
	}
	return git.Difference(ctx, t.run, newer, filepath.Join(t.Dir, filepath.FromSlash(place)))
}

// Upgrade makes the changes, of which none may be a clash. All that could refuse them is asked first.
func (t *Tree) Upgrade(ctx context.Context, c Copy, own Source, changes manifest.Changes) error {
	written := []string{path.Join(c.Place, manifest.File)}
	for _, name := range changes.Write {
		written = append(written, path.Join(c.Place, name))
	}
	if err := t.notIgnored(ctx, written...); err != nil {
		return err
	}
	if err := t.change(c, own, changes); err != nil {
		return exit.Input("%s is half upgraded: %w", c.Place, err).Try("run 'git checkout %s' and 'git clean -d --force %s' there, and then this again", c.Place, c.Place)
	}
	return nil
}

func (t *Tree) change(c Copy, own Source, changes manifest.Changes) error {
	for _, name := range changes.Write {
		if err := t.replace(path.Join(c.Place, name), own.Files[name]); err != nil {
			return err
		}
	}
	for _, name := range changes.Remove {
		if err := t.root.Remove(filepath.FromSlash(path.Join(c.Place, name))); err != nil {
			return exit.Input("removing %s: %w", name, err)
		}
	}
	return t.replace(path.Join(c.Place, manifest.File), []byte(manifest.Of(own.Commit, own.Files).Text()))
}
