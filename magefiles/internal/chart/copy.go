package chart

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Copy copies the chart directory root/dir, and the charts of the repository that it depends on, to the same places below
// dest, and returns the path of the chart's copy. Dependencies are fetched into the copy, so that the working tree stays
// clean and two deploys never write to the same directory. A link to a file of the repository becomes that file; a link
// that leads out is an error with exit.BadInput.
func Copy(root, dir string, dependencies []Dependency, dest string) (string, error) {
	repository, err := os.OpenRoot(root) // which follows no link out of it
	if err != nil {
		return "", err
	}
	defer func() { _ = repository.Close() }()
	for _, from := range Dirs(dir, dependencies) {
		if err := copyTree(repository, from, filepath.Join(dest, filepath.FromSlash(from)), isFetched(dir, dependencies)); err != nil {
			return "", exit.Input("copying chart %s: %w", from, err)
		}
	}
	return filepath.Join(dest, filepath.FromSlash(dir)), nil
}

// isFetched reports whether a file is an archive that `helm dependency update` has left in the working tree. These are neither copied
// nor digested: a deploy fetches them again.
func isFetched(dir string, dependencies []Dependency) func(name string) bool {
	return func(name string) bool {
		return path.Dir(name) == path.Join(dir, "charts") && strings.HasSuffix(name, ".tgz") &&
			slices.ContainsFunc(dependencies, func(d Dependency) bool {
				return d.Repository != "" && strings.HasPrefix(path.Base(name), d.Name+"-")
			})
	}
}

// Dirs lists the directories that a chart is made of: its own, and those of the local charts that it depends on,
// each once and none that lies in another.
func Dirs(dir string, dependencies []Dependency) []string {
	dirs := []string{dir}
	for _, dependency := range dependencies {
		relative, local := strings.CutPrefix(dependency.Repository, "file://")
		from := path.Join(dir, relative)
		inside := func(other string) bool { return from == other || strings.HasPrefix(from, other+"/") }
		if local && !slices.ContainsFunc(dirs, inside) {
			dirs = append(dirs, from)
		}
	}
	return dirs
}

func copyTree(repository *os.Root, from, dest string, skip func(name string) bool) error {
	return fs.WalkDir(repository.FS(), from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || skip(name) {
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
