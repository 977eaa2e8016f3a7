package tarsplit

import (
	"context"
	"errors"
	"io"
)

// Files are the files of an engine.
type Files interface {
	// File opens a file.
	File(ctx context.Context, path string) (io.ReadCloser, error)
	// entry reads a small file of a directory that may have very many.
	entry(ctx context.Context, dir, name string) ([]byte, error)
	// open opens what a layer is packed from.
	open(ctx context.Context, layer layerPlace) (ingredients, error)
	// Close waits until nothing is left of what was opened.
	Close() error
	// String says whose files they are, for people.
	String() string
}

// readAll reads a small file.
func readAll(ctx context.Context, from Files, path string) ([]byte, error) {
	file, err := from.File(ctx, path)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(file)
	return content, errors.Join(err, file.Close())
}
