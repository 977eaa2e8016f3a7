package dependencies

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// asRead remembers which commit is checked out, and the bytes of files, so that nothing is overwritten which somebody saves or commits while the run
// asks registries, or waits for an answer.
type asRead struct {
	root  string
	head  string
	bytes map[string][]byte // by name; nil: there is none
}

// remember begins with the commit that is checked out.
func remember(ctx context.Context, root string, repo *git.Repo) (*asRead, error) {
	head, err := repo.Head(ctx)
	return &asRead{root: root, head: head.Hash, bytes: map[string][]byte{}}, err
}

// read remembers files as they are now.
func (a *asRead) read(names ...string) (err error) {
	for _, name := range names {
		if a.bytes[name], err = a.now(name); err != nil {
			return err
		}
	}
	return nil
}

// check refuses to go on if another commit is checked out, or a file that was read has other bytes.
func (a *asRead) check(ctx context.Context, repo *git.Repo, names ...string) error {
	head, err := repo.Head(ctx)
	if err != nil {
		return err
	}
	if head.Hash != a.head {
		return exit.Input("somebody has committed meanwhile, or checked out another commit: %.12s is checked out, and it was %.12s, so nothing more was changed", head.Hash, a.head).Try("run it again")
	}
	return a.checkFiles(names...)
}

// checkFiles is check for the files alone.
func (a *asRead) checkFiles(names ...string) error {
	slices.Sort(names)
	for _, name := range names {
		now, err := a.now(name)
		if err != nil {
			return err
		}
		if !same(now, a.bytes[name]) {
			return exit.Input("%s: somebody has changed it meanwhile, so it is left as it is, and nothing more was changed", name).Try("commit that, or undo it, and run it again")
		}
	}
	return nil
}

// same reports whether two files hold the same: one that is not there is not the same as an empty one.
func same(one, other []byte) bool { return bytes.Equal(one, other) && (one == nil) == (other == nil) }

// now is what a file holds; nil if it is not there.
func (a *asRead) now(name string) ([]byte, error) {
	content, err := os.ReadFile(a.path(name)) // #nosec G304 -- a file of the operator's repository
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && content == nil {
		content = []byte{}
	}
	return content, err
}

// putBack gives a file the bytes again that were read. One that was not there goes.
func (a *asRead) putBack(name string) error {
	if a.bytes[name] == nil {
		return os.Remove(a.path(name))
	}
	return replace(a.path(name), string(a.bytes[name]))
}

func (a *asRead) path(name string) string { return filepath.Join(a.root, filepath.FromSlash(name)) }
