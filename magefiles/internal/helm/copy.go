package helm

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
)

// CopyChart copies the chart directory root/dir, and the charts of the repository that it depends on, to the same
// places below dest, and returns the copy's path: dependencies are fetched into the copy, so that the working tree
// stays clean and two deploys never meet. A link to a file of the repository becomes that file; a link that leads out
// is refused.
func CopyChart(root, dir string, dependencies []hub.Dependency, dest string) (string, error) {
	repository, err := os.OpenRoot(root) // which follows no link out of it
	if err != nil {
		return "", err
	}
	defer func() { _ = repository.Close() }()
	dirs := []string{dir}
	for _, dependency := range dependencies {
		if relative, local := strings.CutPrefix(dependency.Repository, "file://"); local {
			dirs = append(dirs, path.Join(dir, relative))
		}
	}
	for _, from := range dirs {
		if err := copyTree(repository, from, filepath.Join(dest, filepath.FromSlash(from))); err != nil {
			return "", exit.Input("copying chart %s: %w", from, err)
		}
	}
	return filepath.Join(dest, filepath.FromSlash(dir)), nil
}

func copyTree(repository *os.Root, from, dest string) error {
	return fs.WalkDir(repository.FS(), from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(dest, filepath.FromSlash(strings.TrimPrefix(name, from)))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		return copyFile(repository, name, target)
	})
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
