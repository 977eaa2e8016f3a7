package tarsplit

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// OwnFiles reads the files of an engine on this machine directly.
type OwnFiles struct{}

// MayReadAll reports whether this process may read all of them. That takes root, also for an engine that runs without it,
// whose files belong to other users.
func MayReadAll() bool { return os.Geteuid() == 0 }

// File opens a file.
func (OwnFiles) File(_ context.Context, path string) (io.ReadCloser, error) {
	return os.Open(path) // #nosec G304 -- of the engine's own store
}

func (o OwnFiles) entry(ctx context.Context, dir, name string) ([]byte, error) {
	return readAll(ctx, o, filepath.Join(dir, name))
}

func (OwnFiles) open(_ context.Context, layer layerPlace) (ingredients, error) {
	recipe, err := os.Open(layer.recipe)
	if err != nil {
		return ingredients{}, err
	}
	root, err := os.OpenRoot(layer.files)
	if err != nil {
		return ingredients{}, errors.Join(err, recipe.Close())
	}
	return ingredients{recipe: recipe, files: filesBelow{root}, close: func() error {
		return errors.Join(root.Close(), recipe.Close())
	}}, nil
}

// Close has nothing to wait for.
func (OwnFiles) Close() error { return nil }

// String says whose files they are, for people.
func (OwnFiles) String() string { return "its own files" }

// filesBelow are the files of a layer. A symbolic link out of the layer is an error, so that an image cannot make root read
// other files of this machine.
type filesBelow struct{ root *os.Root }

// Get opens a file.
func (f filesBelow) Get(name string) (io.ReadCloser, error) {
	return f.root.Open(strings.TrimLeft(name, "/"))
}
