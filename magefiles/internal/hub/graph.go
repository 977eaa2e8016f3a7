package hub

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/dockerfile"
	"hub-ops/magefiles/internal/layout"
)

// baseVariable is what the name of a variable begins with that a Dockerfile declares to be built on an image of the section images: ARG
// IMAGE_R before the first FROM is for the image r.
const baseVariable = "IMAGE_"

// BaseVariable is the variable of a Dockerfile that is given the name of an image.
func BaseVariable(key string) string {
	return baseVariable + strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
}

// graph finds the images of a hub, and those that they are built on.
type graph struct {
	*Directory
	hub   *Hub
	named map[string]layout.LocatedImage // that an image can be built on, by their variables
	way   []visit                        // to the image that is looked at
}

// visit is an image on the way, and where its Dockerfile names the next one.
type visit struct{ key, at string }

// findImages looks for the hub's images, and for those that they are built on. The directory of layout.image may be missing, and that of
// an image of the section images must be there.
func (d *Directory) findImages(ctx context.Context, h *Hub, located layout.Located) error {
	g := graph{Directory: d, hub: h, named: map[string]layout.LocatedImage{}}
	for _, image := range located.Images {
		g.named[BaseVariable(image.Key)] = image
	}
	if located.Image != "" {
		there, err := d.isImage(located.Image)
		if err != nil {
			return err
		}
		if there {
			if _, err := g.add(ctx, Image{Name: located.ImageName, Dir: located.Image}); err != nil {
				return err
			}
		}
	}
	for _, image := range located.Images {
		if image.Into() == 0 && !image.BuiltElsewhere() { // it goes into no hub by itself: others are built on it
			continue
		}
		if _, err := g.addNamed(ctx, image); err != nil {
			return err
		}
	}
	return nil
}

// addNamed adds an image of the section images, once.
func (g *graph) addNamed(ctx context.Context, image layout.LocatedImage) (Image, error) {
	if image.BuiltElsewhere() {
		return g.addElsewhere(image)
	}
	if known := g.hub.Image(image.Key); known.Name != "" {
		return known, nil
	}
	there, err := g.isImage(image.Dir)
	if err != nil {
		return Image{}, err
	}
	if !there {
		return Image{}, exit.Input("%s: images.%s: there is no %s, which it is to be built in for hub %s", image.At, image.Key, image.Dir, g.hub.Name).
			Try("name the hubs that have the image, in images.%s.hubs", image.Key)
	}
	return g.add(ctx, Image{
		Key: image.Key, Name: image.Name, Dir: image.Dir, At: image.At,
		Into: Targets{Names: image.Names, Tags: image.Tags, Whole: image.Whole},
	})
}

// addElsewhere adds an image that is built elsewhere. Bad input is one that would go nowhere, and one that others are to be built on: their
// Dockerfiles can name it themselves.
func (g *graph) addElsewhere(image layout.LocatedImage) (Image, error) {
	switch {
	case len(g.way) > 0:
		return Image{}, exit.Input("%s: it is to be built on images.%s (%s), which is built elsewhere", g.way[len(g.way)-1].at, image.Key, image.At).
			Try("name that image in the Dockerfile, or call the one in hubops.yaml something else")
	case image.Into() == 0:
		return Image{}, exit.Input("%s: images.%s is built elsewhere, and goes into no value of hub %s", image.At, image.Key, g.hub.Name).
			Try("name those that receive it, in images.%s.values", image.Key)
	}
	made := Image{Key: image.Key, Name: image.Name, At: image.At, Into: Targets{Names: image.Names, Tags: image.Tags, Whole: image.Whole}, Elsewhere: image.Elsewhere}
	g.hub.Images = append(g.hub.Images, made)
	return made, nil
}

// add adds an image behind those that it is built on.
func (g *graph) add(ctx context.Context, image Image) (Image, error) {
	image.Recipe = g.recipe(image.Dir)
	args, err := g.globalArgs(ctx, image.Dir)
	if err != nil {
		return image, err
	}
	for _, arg := range args {
		named, isBase := g.named[arg.Name]
		if !isBase || slices.ContainsFunc(image.Bases, func(b Base) bool { return b.Key == named.Key }) {
			continue
		}
		g.way = append(g.way, visit{image.Key, fmt.Sprintf("%s:%d", path.Join(image.Dir, "Dockerfile"), arg.Line)})
		if at := slices.IndexFunc(g.way, func(v visit) bool { return v.key == named.Key }); at >= 0 {
			return image, cycle(g.way[at:])
		}
		base, err := g.addNamed(ctx, named)
		if err != nil {
			return image, err
		}
		g.way = g.way[:len(g.way)-1]
		image.Bases = append(image.Bases, Base{Key: base.Key, ID: base.ID(), Variable: arg.Name})
	}
	g.hub.Images = append(g.hub.Images, image)
	return image, nil
}

// cycle refuses images that are built on each other.
func cycle(way []visit) error {
	var links []string
	for i, visit := range way {
		links = append(links, fmt.Sprintf("%s on %s (%s)", visit.key, way[(i+1)%len(way)].key, visit.at))
	}
	return exit.Input("images are built on each other: %s", strings.Join(links, ", ")).Try("take one of these variables out")
}

// globalArgs lists the variables that the Dockerfile of an image declares for its bases. Where there is no section images none matters.
func (g *graph) globalArgs(ctx context.Context, dir string) ([]dockerfile.GlobalArg, error) {
	file := path.Join(dir, "Dockerfile")
	if len(g.named) == 0 || !g.files.Has(file) {
		return nil, nil
	}
	content, err := g.files.Read(ctx, file)
	if err != nil {
		return nil, err
	}
	return dockerfile.Parse(content[file]).GlobalArgs(), nil
}

// dockerfilesOf lists the Dockerfiles that have to be read for a hub.
func (d *Directory) dockerfilesOf(located layout.Located) []string {
	if len(located.Images) == 0 {
		return nil
	}
	var files []string
	for _, dir := range located.ImageDirs() {
		if file := path.Join(dir, "Dockerfile"); d.files.Has(file) {
			files = append(files, file)
		}
	}
	return files
}
