package helm

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
)

// CopyChart copies the chart directory root/dir to dest/<its name> and returns that: dependencies are fetched into
// the copy, so that the working tree stays clean and two deploys never meet. A link to a file of the repository
// becomes that file; a link that leads out is refused.
func CopyChart(root, dir, dest string) (string, error) {
	repository, err := os.OpenRoot(root) // which follows no link out of it
	if err != nil {
		return "", err
	}
	defer func() { _ = repository.Close() }()
	copied := filepath.Join(dest, path.Base(dir))
	err = fs.WalkDir(repository.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name))
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(copied, relative), 0o700)
		}
		return copyFile(repository, name, filepath.Join(copied, relative))
	})
	if err != nil {
		return "", exit.Input("copying chart %s: %w", dir, err)
	}
	return copied, nil
}

func copyFile(from *os.Root, name, dest string) error {
	source, err := from.Open(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	if info, err := source.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, &fs.PathError{Op: "copy", Path: name, Err: errors.New("neither a file nor a link to one")})
	}
	target, err := os.OpenFile(dest, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- below our private directory
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
