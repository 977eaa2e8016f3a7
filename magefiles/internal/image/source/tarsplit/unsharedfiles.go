package tarsplit

import (
	"bytes"
	"context"
	"errors"
	"io"

	"hub-ops/magefiles/internal/image/engine"
)

// unsharedFiles reads the files of a podman that runs without root. They belong to users that exist only in podman's user
// namespace, so a tar that runs there (podman unshare) reads them. Recipes and configurations belong to the operator.
type unsharedFiles struct{ podman *engine.CLI }

// NewUnsharedFiles returns the files of a podman without root.
func NewUnsharedFiles(podman *engine.CLI) Files { return unsharedFiles{podman} }

func (unsharedFiles) File(ctx context.Context, path string) (io.ReadCloser, error) {
	return OwnFiles{}.File(ctx, path)
}

func (unsharedFiles) entry(ctx context.Context, dir, name string) ([]byte, error) {
	return OwnFiles{}.entry(ctx, dir, name)
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
