// Package tree reads and writes the working tree of another repository, for the verbs adopt and upgrade of package ops/repository. It writes new files,
// and a copy of this project. Before it writes anything, it finds out whether all of that can be written. It goes through no link, and
// overwrites only what an earlier copy has written: package manifest decides that.
//
//	theirs, err := tree.Open(runner, dir, scratch)
//	about, err := theirs.About(ctx)
//	err = theirs.Check(ctx, "hubops.yaml", ".github/workflows/hub-ops.yaml")
//	err = theirs.Create("hubops.yaml", text)
package tree

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/adopt"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/process"
)

// Tree is the working tree of a repository. Paths in it have slashes.
type Tree struct {
	Dir string

	run     *process.Runner
	scratch string // private directory
	root    *os.Root
}

// Open returns the tree in a directory, which must be there. Git is asked later: who gives a directory with nothing in it is told that, and not
// that it is no repository. Close it.
func Open(run *process.Runner, dir, scratch string) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	return &Tree{Dir: dir, run: run, scratch: scratch, root: root}, err
}

func (t *Tree) git(ctx context.Context) (*git.Repo, error) {
	return git.Open(ctx, t.run, t.Dir, t.scratch)
}

// Close ends the use of the directory.
func (t *Tree) Close() { _ = t.root.Close() }

// About reads what adopt wants to know of the repository. One with changes is bad input: nobody could tell them from what is written here.
func (t *Tree) About(ctx context.Context) (adopt.Repository, error) {
	repo, err := t.git(ctx)
	if err != nil {
		return adopt.Repository{}, err
	}
	changed, err := repo.Changed(ctx, ".")
	if err != nil {
		return adopt.Repository{}, err
	}
	if len(changed) > 0 {
		return adopt.Repository{}, exit.Input("%s has changes that are not committed, such as %s", t.Dir, changed[0]).Try("commit them, or run 'git stash --include-untracked'")
	}
	files, err := repo.Snapshot(ctx)
	if err != nil {
		return adopt.Repository{}, err
	}
	branches, standard, err := repo.Origin(ctx)
	if err == nil && len(branches) == 0 {
		branches, standard, err = repo.Local(ctx)
	}
	return adopt.Repository{Names: files.Below("."), Default: standard, Branches: branches, Read: t.read}, err
}

// Has reports whether anything has this path, a link too.
func (t *Tree) Has(name string) bool {
	_, err := t.root.Lstat(filepath.FromSlash(name))
	return err == nil
}

// at reports whether there is a file of this path. It is an error if none can be written there: something else has the path, or a part of
// it is no directory. A link is something else wherever it leads, as what it leads to belongs to somebody else.
func (t *Tree) at(name string) (there bool, err error) {
	parts := strings.Split(name, "/")
	for i := range parts {
		part, last := path.Join(parts[:i+1]...), i == len(parts)-1
		info, err := t.root.Lstat(filepath.FromSlash(part))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return false, nil
		case err != nil:
			return false, exit.Input("%s: %w", part, err)
		case last && info.Mode().IsRegular(), !last && info.IsDir():
		case last:
			return false, exit.Input("%s is %s", part, kind(info.Mode())).Try("move it away, and commit that")
		default:
			return false, exit.Input("%s is %s, and so in the way of %s", part, kind(info.Mode()), name).Try("move it away, and commit that")
		}
	}
	return true, nil
}

func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode.IsDir():
		return "a directory"
	case mode.IsRegular():
		return "a file"
	}
	return "no file"
}

// read reads a file; nil for what is no file, or cannot be read. Of a huge file it reads the beginning.
func (t *Tree) read(name string) []byte {
	const most = 2 << 20
	if there, err := t.at(name); err != nil || !there {
		return nil
	}
	file, err := t.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return nil
	}
	return content
}

// whole reads all of a file that must be there.
func (t *Tree) whole(name string) ([]byte, error) {
	if _, err := t.at(name); err != nil {
		return nil, err
	}
	content, err := t.root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return nil, exit.Input("%s: %w", name, err)
	}
	return content, nil
}
