package hub

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// exampleSecret shows what a file of secret values looks like, and is no hub's.
const exampleSecret = "example.yaml"

// stray is a file that is named after a hub that there is not.
type stray struct{ file, name string }

// strays finds what a slip of the keyboard or a forgotten removal leaves: images and secret values of no hub. Without
// this a hub whose image or secret file is misspelt would be deployed without it.
func strays(root string, names []string) []stray {
	var found []stray
	for _, name := range entries(root, ImagesDir) {
		dockerfile := path.Join(ImagesDir, name, "Dockerfile")
		if _, err := os.Stat(filepath.Join(root, dockerfile)); err == nil && !slices.Contains(names, name) {
			found = append(found, stray{dockerfile, name})
		}
	}
	for _, file := range entries(root, SecretsDir) {
		name, isYAML := strings.CutSuffix(file, ".yaml")
		if isYAML && file != exampleSecret && !slices.Contains(names, name) {
			found = append(found, stray{path.Join(SecretsDir, file), name})
		}
	}
	return found
}

func (s stray) problem(names []string) error {
	if near := nearest(s.name, names); near != "" {
		return exit.Input("%s: there is no hub %q; did you mean %s?", s.file, s.name, near)
	}
	return exit.Input("%s: there is no hub %q in %s: add its chart, or remove the file", s.file, s.name, ChartsDir)
}

// entries lists a directory; one that is not there has none.
func entries(root, dir string) []string {
	found, err := fs.ReadDir(os.DirFS(root), dir)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(found))
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	return names
}
