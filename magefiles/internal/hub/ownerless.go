package hub

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// exampleSecret is a file that shows what secret values look like. It belongs to no hub.
const exampleSecret = "example.yaml"

// ownerless is a file that is named after a hub that does not exist.
type ownerless struct{ file, name string }

// findOwnerless finds images and secret values that belong to no hub, after a misspelling or an incomplete removal. Without this
// check, a hub whose image or secret file is misspelt would be deployed without it.
func (d *Directory) findOwnerless() []ownerless {
	var found []ownerless
	for _, name := range entries(d.root, ImagesDir) {
		if d.Has(name) {
			continue
		}
		dockerfile := path.Join(ImagesDir, name, "Dockerfile")
		if _, err := os.Stat(filepath.Join(d.root, dockerfile)); err == nil {
			found = append(found, ownerless{dockerfile, name})
		}
	}
	for _, file := range entries(d.root, SecretsDir) {
		name, isYAML := strings.CutSuffix(file, ".yaml")
		if isYAML && file != exampleSecret && !d.Has(name) {
			found = append(found, ownerless{path.Join(SecretsDir, file), name})
		}
	}
	return found
}

// problem returns the error for the file. near is the hub that it may be meant for, "" if there is none.
func (o ownerless) problem(near string) error {
	if near != "" {
		return exit.Input("%s: there is no hub %q", o.file, o.name).Try("did you mean %s?", near)
	}
	return exit.Input("%s: there is no hub %q in %s", o.file, o.name, ChartsDir).Try("add its chart, or remove the file")
}

// entries lists a directory. A directory that does not exist has no entries.
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
