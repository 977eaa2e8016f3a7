package chart

import (
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
)

// Digest returns the digest of what Copy copies: the names and contents of all files.
func Digest(root, dir string, dependencies []Dependency) (string, error) {
	repository, err := os.OpenRoot(root)
	if err != nil {
		return "", err
	}
	defer func() { _ = repository.Close() }()
	skip := isFetched(dir, dependencies)
	var parts []string
	for _, from := range Dirs(dir, dependencies) {
		found, err := readTree(repository, from, skip)
		if err != nil {
			return "", exit.Input("reading chart %s: %w", from, err)
		}
		parts = append(parts, found...)
	}
	return history.Digest(parts...), nil
}

// readTree returns the name and the content of each file below a directory. It opens the directory once, and plain files from
// there: a plan reads the files of every hub.
func readTree(repository *os.Root, from string, skip func(name string) bool) ([]string, error) {
	tree, err := repository.OpenRoot(filepath.FromSlash(from))
	if err != nil {
		return nil, err
	}
	defer func() { _ = tree.Close() }()
	var parts []string
	err = fs.WalkDir(tree.FS(), ".", func(below string, entry fs.DirEntry, err error) error {
		name := path.Join(from, below)
		if err != nil || entry.IsDir() || skip(name) {
			return err
		}
		root, file := tree, below
		if !entry.Type().IsRegular() {
			root, file = repository, name // a link can lead to anywhere in the repository
		}
		content, err := readFile(root, file)
		parts = append(parts, name, content)
		return err
	})
	return parts, err
}

// readFile reads a file, and follows a link within the repository, as Copy does.
func readFile(repository *os.Root, name string) (string, error) {
	file, err := repository.Open(filepath.FromSlash(name))
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	return string(content), err
}

// DependencyDigest returns the digest of the charts that a chart depends on, by name, repository and version: it assumes that the
// content of a published version does not change. A range of versions without a lock file counts as it is written, so a new
// version upstream changes no hub; only a change in the repository does. It is history.None without dependencies.
func DependencyDigest(dependencies []Resolved) string {
	if len(dependencies) == 0 {
		return history.None
	}
	var parts []string
	for _, d := range dependencies {
		parts = append(parts, d.Name, d.Repository, d.Version)
	}
	return history.Digest(parts...)
}
