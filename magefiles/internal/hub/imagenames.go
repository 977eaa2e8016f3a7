package hub

import (
	"cmp"
	"path"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
)

// checkImageNames refuses two images of one name: they would be in one repository, and each would count as the other. One image can be built
// in another directory for some hubs, so what tells images apart is their keys.
func (d *Directory) checkImageNames() error {
	type known struct{ key, hub, dir string }
	of := map[string]known{}
	for _, name := range d.names {
		located, err := d.locate(name)
		if err != nil {
			continue // whoever loads the hub is told
		}
		images := append([]layout.LocatedImage{{Image: layout.Image{Dir: located.Image}, Name: located.ImageName}}, located.Images...)
		for _, image := range images {
			if image.Name == "" || image.BuiltElsewhere() || !d.files.Has(path.Join(image.Dir, "Dockerfile")) && d.recipe(image.Dir) == "" {
				continue
			}
			other, taken := of[image.Name]
			if taken && other.key != image.Key {
				key := cmp.Or(image.Key, other.key)
				return exit.Input("hubops.yaml: images.%s: the images in %s (hub %s) and %s (hub %s) are both called %s", key, other.dir, other.hub, image.Dir, name, image.Name).
					Try("give the one in the section images another name")
			}
			of[image.Name] = known{image.Key, name, image.Dir}
		}
	}
	return nil
}
