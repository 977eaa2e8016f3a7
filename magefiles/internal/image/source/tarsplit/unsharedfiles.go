package tarsplit

import (
	"bytes"
	"context"
	"errors"
	"io"

	"hub-ops/magefiles/internal/image/engine"
)

// unsharedFiles is the store of a podman without root. Its files belong to users that only exist in the user namespace in
// which podman is root: a program there reads them (podman unshare). What is not of the images is the operator's own.
type unsharedFiles struct{ podman *engine.CLI }

// NewUnsharedFiles returns the files of a podman without root.
func NewUnsharedFiles(podman *engine.CLI) Files { return unsharedFiles{podman} }

func (unsharedFiles) File(ctx context.Context, path string) (io.ReadCloser, error) {
	return OwnFiles{}.File(ctx, path)
}

func (u unsharedFiles) open(ctx context.Context, layer layerPlace) (ingredients, error) {
	recipe, err := readAll(ctx, OwnFiles{}, layer.recipe)
	if err != nil {
		return ingredients{}, err
	}
	archive := u.podman.Stream(ctx, "unshare", "tar", "--create", "--sort=name", "--directory="+layer.files, ".")
	files := newFileStream(archive, ".", u.podman.Scratch)
	return ingredients{recipe: bytes.NewReader(recipe), files: files, close: func() error {
		return errors.Join(files.close(), archive.Close())
	}}, nil
}

func (unsharedFiles) Close() error { return nil }

func (unsharedFiles) String() string { return "its own files, by podman unshare" }
