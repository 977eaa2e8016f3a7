package hub

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/check"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/spelling"
)

// Image is one of a hub's images.
type Image struct {
	Key   string  // in the section images of hubops.yaml; "" for the image of layout.image
	Name  string  // of all the repository's images: hubs with one name and one directory share the image. Of one that is built elsewhere it is the repository that it is in
	Dir   string  // in which it is built; "" if it is built elsewhere
	At    string  // hubops.yaml:12, where it is set; "" for the image of layout.image
	Into  Targets // where it goes in the values of the hub's chart; for the image of layout.image settings say it
	Bases []Base  // images of the repository that it is built on
	// Recipe is the file that repo2docker builds the image from, where there is no Dockerfile: environment.yml or requirements.txt; "" otherwise.
	Recipe string

	layout.Elsewhere
}

// In is the repository that the image is in. of says that of an image that is built here, by its name.
func (i Image) In(of func(name string) string) string {
	if i.BuiltElsewhere() {
		return i.Name
	}
	return of(i.Name)
}

// OnlyBase reports whether others are built on the image and it goes into no hub by itself.
func (i Image) OnlyBase() bool { return i.Key != "" && len(i.Into.All()) == 0 }

// ID tells images of one name apart that are built in several directories, or on several bases.
func (i Image) ID() string {
	if i.BuiltElsewhere() {
		return i.From
	}
	var id strings.Builder
	id.WriteString(i.Dir)
	for _, base := range i.Bases {
		id.WriteString("(" + base.ID + ")")
	}
	return id.String()
}

// Base is an image of the repository that another one is built on.
type Base struct {
	Key      string
	ID       string // as Image.ID has it
	Variable string // of the Dockerfile, which is given the base's name
}

// Image is the hub's image with a key; without a name if there is none.
func (h Hub) Image(key string) Image {
	if at := slices.IndexFunc(h.Images, func(i Image) bool { return i.Key == key }); at >= 0 {
		return h.Images[at]
	}
	return Image{}
}

// Built lists the hub's images that are built here.
func (h Hub) Built() []Image {
	return slices.DeleteFunc(slices.Clone(h.Images), func(i Image) bool { return i.BuiltElsewhere() })
}

// ImageNames are the names of the hub's images that are built here.
func (h Hub) ImageNames() []string {
	var names []string
	for _, image := range h.Built() {
		names = append(names, image.Name)
	}
	return names
}

// Shares reports whether two hubs have an image of one name that is built here.
func (h Hub) Shares(other Hub) bool {
	return slices.ContainsFunc(h.ImageNames(), func(name string) bool { return slices.Contains(other.ImageNames(), name) })
}

// NamedAt is where hubops.yaml names an image that is built elsewhere, given as a pod has it; "" if it names none of that repository.
func (h Hub) NamedAt(image string) string {
	for _, one := range h.Images {
		if one.BuiltElsewhere() && (strings.HasPrefix(image, one.Name+":") || strings.HasPrefix(image, one.Name+"@")) {
			return one.At
		}
	}
	return ""
}

// Main is the image of layout.image; without a name if the hub has none.
func (h Hub) Main() Image { return h.Image("") }

// isImage reports whether there is a directory with a Dockerfile. Bad input is one without, and one that was deleted here.
func (d *Directory) isImage(dir string) (bool, error) {
	if _, err := os.Lstat(filepath.Join(d.root, dir)); err != nil {
		return false, d.checkLost(dir) // or it is none
	}
	if !d.isDir(dir) {
		return false, exit.Input("%s is no directory: the hub's image is built from one", dir).Try("make it one, or remove it")
	}
	if err := checkNames(d.root, dir, imageNames); err != nil {
		return false, err
	}
	for _, entry := range entries(d.root, dir) {
		if spelling.Alike(entry, check.File) {
			return false, spelling.Unread(path.Join(dir, entry), path.Join(dir, check.File))
		}
	}
	dockerfile := path.Join(dir, "Dockerfile")
	if _, err := os.Stat(filepath.Join(d.root, dockerfile)); err != nil && d.recipe(dir) == "" {
		return false, exit.Input("%s: no such file: the hub's image is built from it, or from %s by repo2docker", dockerfile, strings.Join(content.Recipes, " or ")).Try("write one, or remove %s", dir)
	}
	return true, nil
}

// recipe is the file that the image in a directory is built from by repo2docker; "" if there is a Dockerfile, or none.
func (d *Directory) recipe(dir string) string {
	if d.files.Has(path.Join(dir, "Dockerfile")) {
		return ""
	}
	for _, name := range content.Recipes {
		if d.files.Has(path.Join(dir, name)) {
			return name
		}
	}
	return ""
}
