package hub

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// exampleSecret shows what a file of secret values looks like, and is no hub's.
const exampleSecret = "example.yaml"

// stray is a file that is named after a hub that there is not.
type stray struct{ file, name string }

// strays finds what a slip of the keyboard or a forgotten removal leaves: images and secret values of no hub. Without
// this a hub whose image or secret file is misspelt would be deployed without it.
func (d *Directory) strays() []stray {
	var found []stray
	for _, name := range entries(d.root, ImagesDir) {
		if d.Has(name) {
			continue
		}
		dockerfile := path.Join(ImagesDir, name, "Dockerfile")
		if _, err := os.Stat(filepath.Join(d.root, dockerfile)); err == nil {
			found = append(found, stray{dockerfile, name})
		}
	}
	for _, file := range entries(d.root, SecretsDir) {
		name, isYAML := strings.CutSuffix(file, ".yaml")
		if isYAML && file != exampleSecret && !d.Has(name) {
			found = append(found, stray{path.Join(SecretsDir, file), name})
		}
	}
	return found
}

// problem says what is wrong with the file. near is the hub that it may be meant for, "" if there is none.
func (s stray) problem(near string) error {
	if near != "" {
		return exit.Input("%s: there is no hub %q", s.file, s.name).Try("did you mean %s?", near)
	}
	return exit.Input("%s: there is no hub %q in %s", s.file, s.name, ChartsDir).Try("add its chart, or remove the file")
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
